import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  archivedCost,
  archiveLine,
  archiveObjectKey,
  missingRecords,
} from '../../../shared/domain/archive.ts';
import { costOf, makeRecord } from '../../support/records.ts';

describe('a line of an archive', () => {
  it('does not depend on the order in which a record was put together', () => {
    const record = makeRecord({ user: 'zoë', thinkingTokens: 3 });
    const turned = Object.fromEntries(Object.entries(record).reverse());
    expect(archiveLine({ ...record, ...turned })).toBe(archiveLine(record));
    expect(archiveLine({ ...makeRecord(), ...turned, user: 'zoë' })).toBe(archiveLine(record));
    const keys = Object.keys(JSON.parse(archiveLine(record)));
    expect(keys).toEqual(keys.toSorted());
  });

  it('is one line, and holds every amount to the last digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.string(), (output, user) => {
        const line = archiveLine(makeRecord({ user, costPicoUsd: costOf({ output }) }));
        expect(line).not.toContain('\n');
        const read: { user: string; costPicoUsd: { output: string } } = JSON.parse(line);
        expect([read.user, BigInt(read.costPicoUsd.output)]).toEqual([user, output]);
      }),
    );
  });
});

describe('an archive', () => {
  it('has an object that is named for its day and its contents', () => {
    expect(archiveObjectKey('2026-07-14', 'abcdef'.repeat(10))).toBe(
      'records/2026-07-14.abcdefabcdefabcd.ndjson.gz',
    );
  });

  it.each([
    [9, 10, 1],
    [10, 10, 0],
    [11, 10, 0],
  ])('with %i of %i records lacks %i', (records, expectedRecords, missing) => {
    expect(missingRecords({ records, expectedRecords })).toBe(missing);
  });

  it('counts no cost for a request without a price', () => {
    expect(archivedCost(makeRecord())).toBe(10n);
    expect(archivedCost(makeRecord({ unpricedReason: 'unknown_model' }))).toBe(0n);
  });
});
