import { describe, expect, it } from 'vitest';
import { makeSampleDay, makeSampleFacts } from '../../../infra/local/sample/sample.ts';
import { attributeUsage } from '../../../shared/domain/attribution.ts';
import { decodeOne } from '../../fixtures/decoding.ts';
import { readRecord, tokensOf, userOf } from './readSample.ts';

const DAY = '2026-11-22';
const { company, directory } = makeSampleFacts('demo');
const lines = [...makeSampleDay({ seed: 'demo', company, day: DAY, hasRunaway: true })];
const context = { now: new Date('2026-11-23T00:00:00Z'), eventId: () => 'event' };

describe('a sample read by the ledger', () => {
  it('has every sound record decoded with its tokens and attributed to its team', () => {
    const entries = new Map(directory.map((entry) => [entry.user, entry]));
    const teams = new Map(company.users.map(({ user, team }) => [user, team]));
    for (const line of lines) {
      const record = readRecord(line, DAY);
      if (record === undefined) continue;
      const decoded = decodeOne(line, context);
      if (decoded.kind !== 'usage') throw new Error(`${JSON.stringify(decoded)} for ${line}`);
      const user = userOf(record);
      expect(decoded.usage).toMatchObject({ requestId: record.requestId, user, tokens: tokensOf(record) });
      expect(attributeUsage(decoded.usage, entries.get(user)).team).toBe(teams.get(user));
    }
  });

  it('ends in quarantine with every line that is no sound record', () => {
    const reasons = lines
      .filter((line) => readRecord(line, DAY) === undefined)
      .map((line) => decodeOne(line, context))
      .map((decoded) => (decoded.kind === 'quarantined' ? decoded.reason : decoded.kind));
    expect(reasons.sort()).toEqual([
      'bad_identifier',
      'bad_token_count',
      'bad_token_count',
      'future_date',
      'not_json',
      'not_json',
      'unknown_schema',
    ]);
  });
});
