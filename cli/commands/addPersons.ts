import type { Placement } from '../../shared/domain/placement.ts';
import type { DirectoryPerson } from '../../shared/formats/policy/draft.ts';
import { compareDirectory } from '../../shared/store/moveRecords.ts';
import type { Ledger } from '../openLedger.ts';
import { formatCount } from '../output/table.ts';
import { tellOfMoves } from './tellOfMoves.ts';

/**
 * Takes over whom a policy file tells of and the directory does not know. Whom it knows stays as he is,
 * because a directory has dates that a policy file cannot tell: that is said, and left to
 * `tollbook directory apply`.
 */
export async function addPersons(persons: readonly DirectoryPerson[], { stores }: Ledger): Promise<void> {
  if (persons.length === 0) return;
  const users = persons.map(({ user }) => user);
  const known = await stores.directory.findUsers(users, new Date());
  const fresh = persons.filter(({ user }) => !known.has(user));
  const added = fresh.map(({ user, ...placement }) => ({
    user,
    placements: [placement satisfies Placement],
  }));
  const changed = await compareDirectory(added, stores, { now: new Date() });
  for (const user of changed) await stores.directory.putUser(user);
  const left = persons.length - fresh.length;
  if (left > 0) {
    const people = left === 1 ? '1 person' : `${formatCount(left)} people`;
    process.stderr.write(
      `The directory knows ${people} of the file and stays as it is; change it with: tollbook directory apply FILE\n`,
    );
  }
  tellOfMoves(
    changed.filter(({ movesFrom }) => movesFrom !== undefined),
    undefined,
  );
}
