import { expect, it } from 'vitest';
import type { DirectoryUser } from '../../shared/domain/placement.ts';
import { placed } from '../support/directory.ts';
import { ODD_IDS } from './anyRecord.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

onBothStores(({ openLedger }) => {
  it.each<DirectoryUser>([
    { user: 'ann', placements: [] },
    placed('ann', { team: 'blue' }),
    placed('ann', { team: 'blue', businessUnit: 'retail', lead: 'zoe', tier: 'premium', roles: ['senior'] }),
    {
      user: 'ann',
      placements: [
        { team: 'blue', department: 'sales', to: '2026-07-14' },
        { from: '2026-07-14', costCentre: 'eng-1' },
      ],
      movesFrom: '2026-07-14',
    },
    ...ODD_IDS.map((id) => placed(id, { team: id, businessUnit: id, lead: id })),
  ])('gives back what is known of a user exactly: $user $placements', async (entry) => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser(entry);
    expect(await directory.findUsers([entry.user], NOW)).toStrictEqual(new Map([[entry.user, entry]]));
  });

  it('finds the users it knows among those asked for, each once', async () => {
    const { directory } = (await openLedger()).stores;
    for (const user of ['ann', 'ann2', 'bob'])
      await directory.putUser(placed(user, { team: `team of ${user}` }));
    const found = await directory.findUsers(['ann', 'nobody', 'ann', 'bob'], NOW);
    expect([...found]).toStrictEqual([
      ['ann', placed('ann', { team: 'team of ann' })],
      ['bob', placed('bob', { team: 'team of bob' })],
    ]);
    expect(await directory.findUsers([], NOW)).toEqual(new Map());
  });

  it('finds more users at once than one read takes', async () => {
    const { directory } = (await openLedger()).stores;
    const users = Array.from({ length: 101 }, (_, index) => `user-${index}`);
    await Promise.all(users.map((user) => directory.putUser(placed(user, { team: 'blue' }))));
    expect([...(await directory.findUsers(users, NOW)).keys()]).toEqual(users);
  });

  it('gives an entry anew once a minute has passed since it was read', async () => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser(placed('ann', { team: 'blue' }));
    await directory.findUsers(['ann', 'bob'], NOW);
    await directory.putUser(placed('ann', { team: 'red' }));
    await directory.putUser(placed('bob', { team: 'red' }));
    const found = await directory.findUsers(['ann', 'bob'], after(60_000));
    expect([...found.values()].map(({ placements }) => placements[0]?.team)).toEqual(['red', 'red']);
  });

  it('gives a process that has not read it the entry as it is', async () => {
    const ledger = await openLedger();
    const { directory } = ledger.stores;
    await directory.putUser(placed('ann', { team: 'blue', businessUnit: 'retail' }));
    await directory.findUsers(['ann'], NOW);
    await directory.putUser(placed('ann', { team: 'red' }));
    const found = await ledger.joinLedger().directory.findUsers(['ann'], NOW);
    expect(found.get('ann')).toStrictEqual(placed('ann', { team: 'red' }));
  });

  it('lists everybody, and what was put last', async () => {
    const { directory } = (await openLedger()).stores;
    const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    for (const user of users) await directory.putUser(placed(user, { team: 'blue' }));
    await directory.putUser(placed('user-7', { team: 'red' }));
    const all = await Array.fromAsync(directory.allUsers());
    expect(new Map(all.map(({ user, placements }) => [user, placements[0]?.team]))).toStrictEqual(
      new Map(users.map((user) => [user, user === 'user-7' ? 'red' : 'blue'])),
    );
    expect(all).toHaveLength(40);
  });

  it('forgets no entry that an answer counts on, however many users it has seen', async () => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser(placed('ann', { team: 'blue' }));
    await directory.findUsers(['ann'], NOW);
    const crowd = Array.from({ length: 50_001 }, (_, index) => `user-${index}`);
    const [found] = await Promise.all([
      directory.findUsers(['ann', ...crowd], NOW),
      directory.findUsers(['eve'], NOW),
    ]);
    expect(found.get('ann')).toEqual(placed('ann', { team: 'blue' }));
    const again = await directory.findUsers(['ann', 'bob'], after(1));
    expect(again.get('ann')).toEqual(placed('ann', { team: 'blue' }));
  });
});
