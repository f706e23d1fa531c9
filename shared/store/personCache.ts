import { createHash } from 'node:crypto';
import { toDay } from '../domain/period.ts';
import type { Person } from '../domain/policy/decision.ts';
import { personOn } from '../domain/policy/personOn.ts';
import type { DirectoryStore } from './directoryStore.ts';

/** Everybody as rules see them on one day; the digest is another when anything about anybody is. */
export type KnownPersons = Readonly<{ persons: ReadonlyMap<string, Person>; digest: string }>;

export type PersonCache = Readonly<{ read(now: Date): Promise<KnownPersons> }>;

/** As long as postings may go by what they read of the directory before. */
const FRESH_MS = 60_000;
const DIGEST_LENGTH = 16;

/** Remembers the whole directory: gateways ask every second, and it changes a few times a day. */
export function openPersonCache(directory: Pick<DirectoryStore, 'allUsers'>): PersonCache {
  let known: (KnownPersons & { day: string; readAtMs: number }) | undefined;
  return {
    async read(now) {
      const day = toDay(now);
      const isFresh = known?.day === day && now.getTime() - known.readAtMs < FRESH_MS;
      if (known !== undefined && isFresh) return known;
      const persons = new Map<string, Person>();
      for await (const user of directory.allUsers()) persons.set(user.user, personOn(user.user, user, day));
      const digest = digestOf(persons);
      // The same people as before stay the same objects, by which their rules are remembered.
      const kept = known?.digest === digest ? known.persons : persons;
      known = { persons: kept, digest, day, readAtMs: now.getTime() };
      return known;
    },
  };
}

function digestOf(persons: ReadonlyMap<string, Person>): string {
  const hash = createHash('sha256');
  for (const user of [...persons.keys()].sort()) {
    const { team, businessUnit, department, costCentre, tier, roles } = persons.get(user) ?? { user };
    hash.update(`${JSON.stringify([user, team, businessUnit, department, costCentre, tier, roles])}\n`);
  }
  return hash.digest('hex').slice(0, DIGEST_LENGTH);
}
