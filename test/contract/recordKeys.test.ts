import fc from 'fast-check';
import { expect, it } from 'vitest';
import { USAGE_SOURCES, type UsageSource } from '../../shared/domain/usage.ts';
import { recordKey, recordPartition } from '../../shared/store/keys.ts';
import { RECORD_SHARDS } from '../../shared/store/recordShard.ts';
import { DAY } from '../support/records.ts';
import { anyId } from './anyRecord.ts';

const PARTITIONS = Array.from({ length: RECORD_SHARDS }, (_, shard) => recordPartition(DAY, shard));

it('puts every record of a day into one of the partitions that can be listed', () => {
  const keys = fc.record({ source: fc.constantFrom(...USAGE_SOURCES), requestId: anyId });
  const isListed = (key: { source: UsageSource; requestId: string }) => {
    expect(PARTITIONS).toContain(recordKey({ ...key, day: DAY }).pk);
  };
  fc.assert(fc.property(keys, isListed), { numRuns: 1_000 });
});

it('spreads the records of a day evenly over its partitions', () => {
  const count = 16_000;
  const sizes = new Map(PARTITIONS.map((pk) => [pk, 0]));
  for (let index = 0; index < count; index += 1) {
    const { pk } = recordKey({ source: 'bedrock', requestId: `request-${index}`, day: DAY });
    sizes.set(pk, (sizes.get(pk) ?? 0) + 1);
  }
  expect(sizes.size).toBe(RECORD_SHARDS);
  for (const size of sizes.values()) expect(Math.abs(size - count / RECORD_SHARDS)).toBeLessThan(250);
});
