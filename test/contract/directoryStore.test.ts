import { expect, it } from 'vitest';
import type { DirectoryEntry } from '../../shared/domain/attribution.ts';
import type { Budget } from '../../shared/domain/budget.ts';
import { ODD_IDS } from './anyRecord.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

onBothStores(({ openLedger }) => {
  it.each<DirectoryEntry>([
    { user: 'ann' },
    { user: 'ann', team: 'blue' },
    { user: 'ann', team: 'blue', businessUnit: 'retail', lead: 'zoe' },
    ...ODD_IDS.map((id) => ({ user: id, team: id, businessUnit: id, lead: id })),
  ])('gives back an entry exactly: $user $team $businessUnit $lead', async (entry) => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser(entry);
    expect(await directory.findUsers([entry.user], NOW)).toStrictEqual(new Map([[entry.user, entry]]));
  });

  it('finds the users it knows among those asked for, each once', async () => {
    const { directory } = (await openLedger()).stores;
    for (const user of ['ann', 'ann2', 'bob']) await directory.putUser({ user, team: `team of ${user}` });
    const found = await directory.findUsers(['ann', 'nobody', 'ann', 'bob'], NOW);
    expect([...found]).toStrictEqual([
      ['ann', { user: 'ann', team: 'team of ann' }],
      ['bob', { user: 'bob', team: 'team of bob' }],
    ]);
    expect(await directory.findUsers([], NOW)).toEqual(new Map());
  });

  it('finds more users at once than one read takes', async () => {
    const { directory } = (await openLedger()).stores;
    const users = Array.from({ length: 101 }, (_, index) => `user-${index}`);
    await Promise.all(users.map((user) => directory.putUser({ user, team: 'blue' })));
    expect([...(await directory.findUsers(users, NOW)).keys()]).toEqual(users);
  });

  it('gives an entry anew once a minute has passed since it was read', async () => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser({ user: 'ann', team: 'blue' });
    await directory.findUsers(['ann', 'bob'], NOW);
    await directory.putUser({ user: 'ann', team: 'red' });
    await directory.putUser({ user: 'bob', team: 'red' });
    const found = await directory.findUsers(['ann', 'bob'], after(60_000));
    expect([...found.values()].map(({ team }) => team)).toEqual(['red', 'red']);
  });

  it('gives a process that has not read it the entry as it is', async () => {
    const ledger = await openLedger();
    const { directory } = ledger.stores;
    await directory.putUser({ user: 'ann', team: 'blue', businessUnit: 'retail' });
    await directory.findUsers(['ann'], NOW);
    await directory.putUser({ user: 'ann', team: 'red' });
    const found = await ledger.joinLedger().directory.findUsers(['ann'], NOW);
    expect(found.get('ann')).toStrictEqual({ user: 'ann', team: 'red' });
  });

  it('forgets no entry that an answer counts on, however many users it has seen', async () => {
    const { directory } = (await openLedger()).stores;
    await directory.putUser({ user: 'ann', team: 'blue' });
    await directory.findUsers(['ann'], NOW);
    const crowd = Array.from({ length: 50_001 }, (_, index) => `user-${index}`);
    const [found] = await Promise.all([
      directory.findUsers(['ann', ...crowd], NOW),
      directory.findUsers(['eve'], NOW),
    ]);
    expect(found.get('ann')).toEqual({ user: 'ann', team: 'blue' });
    const again = await directory.findUsers(['ann', 'bob'], after(1));
    expect(again.get('ann')).toEqual({ user: 'ann', team: 'blue' });
  });

  it.each<Budget>([
    { team: 'blue', limitPicoUsd: 10n ** 24n, thresholds: [50, 80, 100, 120] },
    { team: 'a/b 🚀', limitPicoUsd: 2n ** 53n + 1n, thresholds: [80] },
    { team: 'zero', limitPicoUsd: 0n, thresholds: [] },
  ])('gives back a budget exactly: $team', async (budget) => {
    const { directory } = (await openLedger()).stores;
    expect(await directory.findBudget(budget.team)).toBeUndefined();
    await directory.putBudget(budget);
    expect(await directory.findBudget(budget.team)).toStrictEqual(budget);
    expect(await directory.findBudget(`${budget.team}2`)).toBeUndefined();
  });

  it('replaces a budget at once', async () => {
    const { directory } = (await openLedger()).stores;
    await directory.putBudget({ team: 'blue', limitPicoUsd: 1n, thresholds: [80, 100] });
    await directory.findBudget('blue');
    await directory.putBudget({ team: 'blue', limitPicoUsd: 2n, thresholds: [90] });
    expect(await directory.findBudget('blue')).toStrictEqual({
      team: 'blue',
      limitPicoUsd: 2n,
      thresholds: [90],
    });
  });
});
