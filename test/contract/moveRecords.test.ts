import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attributeUsage } from '../../shared/domain/attribution.ts';
import { totalCost } from '../../shared/domain/metrics.ts';
import type { DirectoryUser, Placement } from '../../shared/domain/placement.ts';
import { type UsageRecord, usageOfRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { compareDirectory, moveRecords, previewMoves, usersToMove } from '../../shared/store/moveRecords.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { RecordStore } from '../../shared/store/recordStore.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { placed } from '../support/directory.ts';
import { makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { figuresOf, readLines, sumMetrics } from './readLedger.ts';

const pause = async () => {};
const DAYS = ['2026-07-12', '2026-07-13', '2026-07-14', '2026-07-15'];
const MOVED: DirectoryUser = {
  user: 'ann',
  placements: [
    { team: 'blue', to: '2026-07-14' },
    { team: 'red', from: '2026-07-14', costCentre: 'c-1' },
  ],
};

/** One request of each day of each user, as the directory has it; every third names its team in the log. */
function requestsOf(users: readonly DirectoryUser[]): UsageRecord[] {
  return users.flatMap((known) =>
    DAYS.flatMap((day, index) =>
      [0, 1, 2].map((number) => {
        const record = makeRecord({
          requestId: `${known.user}-${index}-${number}`,
          user: known.user,
          day,
          startedAt: `${day}T10:00:00.000Z`,
          ...(number === 0 ? { team: 'green', teamSource: 'log' } : { team: 'none', teamSource: 'none' }),
        });
        return { ...record, ...attributeUsage(usageOfRecord(record), known) };
      }),
    ),
  );
}

async function openPosted(open: () => Promise<{ stores: Stores }>, users: readonly DirectoryUser[]) {
  const { stores } = await open();
  for (const known of users) await stores.directory.putUser(known);
  await postUsage(requestsOf(users), POSTING, { ...stores, pause });
  return stores;
}

const dependenciesOf = (stores: Stores, now = POSTING.now) => ({
  ...stores,
  posting: () => ({ ...POSTING, now }),
  pause,
});

async function change(stores: Stores, users: readonly DirectoryUser[], now = POSTING.now) {
  const changed = await compareDirectory(users, stores, { now: new Date(now.getTime() + 120_000) });
  for (const known of changed) await stores.directory.putUser(known);
  return changed;
}

/** What lines hold that hold anything; their `n` tells how they came about. */
const figures = async (stores: Stores) =>
  figuresOf((await readLines(stores.totals)).filter(({ requests }) => requests !== 0));

const anyPlacements: fc.Arbitrary<readonly Placement[]> = fc
  .tuple(
    fc.constantFrom('blue', 'red', undefined),
    fc.constantFrom('blue', 'red', undefined),
    fc.constantFrom(...DAYS),
    fc.constantFrom('c-1', undefined),
  )
  .map(([first, second, day, costCentre]) => [
    { to: day, ...(first === undefined ? {} : { team: first }) },
    {
      from: day,
      ...(second === undefined ? {} : { team: second }),
      ...(costCentre === undefined ? {} : { costCentre }),
    },
  ]);

onBothStores(({ openLedger, runs }) => {
  it('moves what is recorded since the day of the move, but not what the log itself stated', async () => {
    const stores = await openPosted(openLedger, [
      placed('ann', { team: 'blue' }),
      placed('bob', { team: 'blue' }),
    ]);
    const before = totalCost(sumMetrics(await readLines(stores.totals)).costPicoUsd);
    expect(await change(stores, [MOVED])).toStrictEqual([{ ...MOVED, movesFrom: '2026-07-14' }]);

    const waiting = await usersToMove(stores.directory);
    expect(await previewMoves(waiting, stores)).toMatchObject([
      { from: 'blue', to: 'red', records: 4 },
      { from: 'green', to: 'green', records: 2 },
    ]);
    expect(await moveRecords(waiting, dependenciesOf(stores))).toStrictEqual([
      { from: 'blue', to: 'red', records: 4, costPicoUsd: 40n },
      { from: 'green', to: 'green', records: 2, costPicoUsd: 20n },
    ]);
    const lines = await readLines(stores.totals);
    const ofAnn = lines.filter(({ user, requests }) => user === 'ann' && requests > 0);
    expect(new Set(ofAnn.map(({ day, team, costCentre }) => `${day} ${team} ${costCentre}`))).toStrictEqual(
      new Set([
        '2026-07-12 blue -',
        '2026-07-13 blue -',
        '2026-07-14 red c-1',
        '2026-07-15 red c-1',
        '2026-07-12 green -',
        '2026-07-13 green -',
        '2026-07-14 green c-1',
        '2026-07-15 green c-1',
      ]),
    );
    expect(totalCost(sumMetrics(lines).costPicoUsd)).toBe(before);
  });

  it('is done once: nobody waits afterwards, and the same directory changes nothing', async () => {
    const stores = await openPosted(openLedger, [placed('ann', { team: 'blue' })]);
    await change(stores, [MOVED]);
    await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores));
    const lines = await readLines(stores.totals);
    expect(await usersToMove(stores.directory)).toStrictEqual([]);
    expect(await change(stores, [MOVED])).toStrictEqual([]);
    expect(await moveRecords([{ ...MOVED, movesFrom: '2026-07-12' }], dependenciesOf(stores))).toStrictEqual(
      [],
    );
    expect(await readLines(stores.totals)).toStrictEqual(lines);
  });

  it('keeps what a user was placed as while he was moved, for the next run', async () => {
    const stores = await openPosted(openLedger, [placed('ann', { team: 'blue' })]);
    await change(stores, [MOVED]);
    const waiting = await usersToMove(stores.directory);
    const green = placed('ann', { team: 'green' });
    await change(stores, [green]);
    await moveRecords(waiting, dependenciesOf(stores));
    expect(await usersToMove(stores.directory)).toStrictEqual([{ ...green, movesFrom: '0000-01-01' }]);
  });

  it('looks again at what was posted by an old directory, when told since when', async () => {
    const stores = await openPosted(openLedger, [MOVED]);
    const record = makeRecord({ requestId: 'stale', user: 'ann', team: 'blue', teamSource: 'directory' });
    await postUsage([record], POSTING, { ...stores, pause });
    const again = { now: POSTING.now, since: '2026-07-14' };
    const changed = await compareDirectory([MOVED], stores, again);
    expect(changed).toStrictEqual([{ ...MOVED, movesFrom: '2026-07-14' }]);
    expect(await moveRecords(changed, dependenciesOf(stores))).toMatchObject([
      { from: 'blue', to: 'red', records: 1 },
    ]);
  });

  it('moves nobody’s requests to somebody who is called as they are', async () => {
    const { stores } = await openLedger();
    const record = makeRecord({
      user: 'unattributed',
      isUserLogged: false,
      team: 'unattributed',
      teamSource: 'none',
    });
    await postUsage([record], POSTING, { ...stores, pause });
    await change(stores, [placed('unattributed', { team: 'blue' })]);
    expect(await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores))).toStrictEqual([]);
  });

  it('marks everybody who is placed anew where requests may be posted meanwhile', async () => {
    const { stores } = await openLedger();
    const compare = (isPostedMeanwhile: boolean) =>
      compareDirectory([MOVED], stores, { now: POSTING.now, isPostedMeanwhile });
    expect(await compare(false)).toStrictEqual([MOVED]);
    expect(await compare(true)).toStrictEqual([{ ...MOVED, movesFrom: '0000-01-01' }]);
  });

  it('files the record as it was, with the reason', async () => {
    const { stores, findAudit } = await openLedger();
    const [record] = requestsOf([placed('ann', { team: 'blue' })]).filter(
      ({ team, day }) => team === 'blue' && day === '2026-07-14',
    );
    if (record === undefined) throw new Error('no such record');
    await postUsage([record], POSTING, { ...stores, pause });
    await change(stores, [MOVED]);
    await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores));
    expect(await findAudit(record, 1)).toStrictEqual({ replaced: record, reason: 'moved by the directory' });
    expect(await stores.records.find(record)).toMatchObject({ team: 'red', teamSource: 'directory', rev: 2 });
  });

  it('goes on where it died', async () => {
    const stores = await openPosted(openLedger, [placed('ann', { team: 'blue' })]);
    await change(stores, [MOVED]);
    let left = 2;
    const dying: RecordStore = {
      ...stores.records,
      revise: async (revision, posting) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return stores.records.revise(revision, posting);
      },
    };
    const waiting = await usersToMove(stores.directory);
    await expect(moveRecords(waiting, { ...dependenciesOf(stores), records: dying })).rejects.toThrow(
      'killed',
    );
    // What the directory was changed to meanwhile counts, and the first change is not forgotten.
    await change(stores, [placed('ann', { team: 'red' })], new Date(POSTING.now.getTime() + 300_000));
    expect(await usersToMove(stores.directory)).toMatchObject([{ user: 'ann', movesFrom: '0000-01-01' }]);
    await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores));
    const expected = await openPosted(openLedger, [placed('ann', { team: 'red' })]);
    expect(await figures(stores)).toStrictEqual(await figures(expected));
  });

  it('corrects today what it moves in sealed days', async () => {
    const stores = await openPosted(openLedger, [placed('ann', { team: 'blue' })]);
    await closePeriods(closingOf(stores, POSTING.now));
    const later = new Date('2026-07-20T09:00:00.000Z');
    await closePeriods(closingOf(stores, later));
    const sealed = await readLines(stores.totals);
    await change(stores, [MOVED], later);
    await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores, later));
    const lines = await readLines(stores.totals);
    expect(lines.filter(({ day }) => day < '2026-07-20')).toStrictEqual(sealed);
    const today = lines.filter(({ day }) => day === '2026-07-20');
    expect(today.map(({ team, requests }) => [team, requests]).sort()).toStrictEqual([
      ['blue', -4],
      ['green', -2],
      ['green', 2],
      ['red', 4],
    ]);
  });

  it('ends where posting everything under the last directory would have, whatever was changed before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPlacements, { minLength: 2, maxLength: 4 }), async (history) => {
        const accounts = history.map((placements): DirectoryUser => ({ user: 'ann', placements }));
        const [first = placed('ann', {}), ...others] = accounts;
        const stores = await openPosted(openLedger, [first]);
        const before = sumMetrics(await readLines(stores.totals)).costPicoUsd;
        for (const [index, account] of others.entries()) {
          await change(stores, [account], new Date(POSTING.now.getTime() + index * 300_000));
          if (index % 2 === 0) await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores));
        }
        await moveRecords(await usersToMove(stores.directory), dependenciesOf(stores));
        const expected = await openPosted(openLedger, [accounts.at(-1) ?? first]);
        expect(await figures(stores)).toStrictEqual(await figures(expected));
        expect(sumMetrics(await readLines(stores.totals)).costPicoUsd).toStrictEqual(before);
      }),
      { numRuns: Math.min(runs, 40) },
    );
  });
});
