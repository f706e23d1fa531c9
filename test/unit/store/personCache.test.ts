import { describe, expect, it } from 'vitest';
import type { DirectoryUser } from '../../../shared/domain/placement.ts';
import { openPersonCache } from '../../../shared/store/personCache.ts';
import { placed } from '../../support/directory.ts';

const NOON = Date.parse('2026-07-14T12:00:00Z');

/** A directory that counts how often it is read. */
function makeDirectory(...known: DirectoryUser[]) {
  const users = new Map(known.map((user) => [user.user, user]));
  let reads = 0;
  return {
    users,
    reads: () => reads,
    async *allUsers() {
      reads += 1;
      yield* users.values();
    },
  };
}

describe('the people that gateways are told of', () => {
  it('are read again after a minute, and not before', async () => {
    const directory = makeDirectory(placed('ann', { team: 'blue' }));
    const cache = openPersonCache(directory);
    const seen: string[] = [];
    for (const seconds of [0, 59, 60]) {
      directory.users.set('ann', placed('ann', { team: `${seconds}` }));
      const { persons } = await cache.read(new Date(NOON + seconds * 1_000));
      seen.push(persons.get('ann')?.team ?? '');
    }
    expect(seen).toEqual(['0', '0', '60']);
    expect(directory.reads()).toBe(2);
  });

  it('are read again when another day begins, since placements have dates', async () => {
    const moving = {
      user: 'ann',
      placements: [
        { to: '2026-07-15', team: 'blue' },
        { from: '2026-07-15', team: 'red' },
      ],
    };
    const cache = openPersonCache(makeDirectory(moving));
    const teamAt = async (instant: string) => (await cache.read(new Date(instant))).persons.get('ann')?.team;
    expect(await teamAt('2026-07-14T23:59:59.999Z')).toBe('blue');
    expect(await teamAt('2026-07-15T00:00:00.000Z')).toBe('red');
  });

  it('stay the same objects, under the same digest, while nothing about them changes', async () => {
    const directory = makeDirectory(placed('ann', { team: 'blue' }), placed('bob', { tier: 'free' }));
    const cache = openPersonCache(directory);
    const first = await cache.read(new Date(NOON));
    const second = await cache.read(new Date(NOON + 60_000));
    expect(second.persons).toBe(first.persons);
    expect(second.digest).toBe(first.digest);
    for (const change of [placed('bob', { tier: 'free', roles: ['lead'] }), placed('cy', {})]) {
      directory.users.set(change.user, change);
      const { digest } = await openPersonCache(directory).read(new Date(NOON));
      expect(digest).not.toBe(first.digest);
    }
  });

  it('have one digest whatever their order', async () => {
    const [ann, bob] = [placed('ann', { team: 'blue' }), placed('bob', { team: 'red' })];
    const digestOf = async (...known: DirectoryUser[]) =>
      (await openPersonCache(makeDirectory(...known)).read(new Date(NOON))).digest;
    expect(await digestOf(ann, bob)).toBe(await digestOf(bob, ann));
  });
});
