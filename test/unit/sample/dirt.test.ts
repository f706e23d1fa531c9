import { describe, expect, it } from 'vitest';
import { makeCompany } from '../../../infra/local/sample/people.ts';
import { makeSampleDay } from '../../../infra/local/sample/sample.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { type LogRecord, readDay, readRecord, tokensOf } from './readSample.ts';

const DAY = '2026-11-22';
const company = makeCompany({ seed: 'demo', people: 25, teams: 4 });
const largeCompany = makeCompany({ seed: 'demo', people: 500, teams: 25 });

const lines = [...makeSampleDay({ seed: 'demo', company, day: DAY })];
const largeLines = [...makeSampleDay({ seed: 'demo', company: largeCompany, day: DAY })];
const { records, garbage } = readDay(lines, DAY);
const large = { ...readDay(largeLines, DAY), ...repeats(largeLines) };

/** Proportions hold by construction; only the last, unfinished round of the table moves them. */
const TOLERANCE = 0.002;

/** Lines that have the id of an earlier line, apart by whether they say the same. */
function repeats(all: readonly string[]) {
  const firstById = new Map<string, string>();
  const result: { first: string; second: string }[] = [];
  for (const line of all) {
    const id = readRecord(line, DAY)?.requestId;
    if (id === undefined) continue;
    const first = firstById.get(id);
    if (first === undefined) firstById.set(id, line);
    else result.push({ first, second: line });
  }
  return {
    duplicates: result.filter(({ first, second }) => first === second),
    pairs: result.filter(({ first, second }) => first !== second),
  };
}

function share(part: number): number {
  return part / records.size;
}

function having(test: (record: LogRecord) => boolean): number {
  return [...records.values()].filter(test).length;
}

describe('the dirt of a sample day', () => {
  it('repeats 2 % of the lines exactly', () => {
    expect(Math.abs(share(repeats(lines).duplicates.length) - 0.02)).toBeLessThan(TOLERANCE);
  });

  it('has for 0.5 % of the requests a partial record before the final one', () => {
    expect(Math.abs(share(repeats(lines).pairs.length) - 0.005)).toBeLessThan(TOLERANCE);
  });

  it('repeats an id for nothing else: the records of a pair differ in their output only', () => {
    expect(large.pairs.length).toBeGreaterThan(100);
    for (const { first, second } of large.pairs) {
      const [partial, final] = [readRecord(first, DAY), readRecord(second, DAY)];
      if (partial === undefined || final === undefined) throw new Error('a pair of sound records');
      expect(tokensOf(partial).output).toBeLessThan(tokensOf(final).output);
      expect({ ...partial, output: undefined }).toEqual({ ...final, output: undefined });
    }
  });

  it('repeats no id twice', () => {
    const repeated = [...large.duplicates, ...large.pairs].map(({ first }) => first);
    expect(new Set(repeated).size).toBe(repeated.length);
  });

  it.each<[string, number, (record: LogRecord) => boolean]>([
    ['throttled', 0.015, ({ errorCode }) => errorCode === 'ThrottlingException'],
    [
      'failed otherwise',
      0.005,
      ({ errorCode }) => errorCode !== undefined && errorCode !== 'ThrottlingException',
    ],
    [
      'blocked by a guardrail',
      0.005,
      ({ output }) => /INTERVENED|guardrail_intervened/.test(JSON.stringify(output ?? '')),
    ],
    ['of an unknown model', 0.005, ({ modelId }) => modelId === 'us.anthropic.claude-saga-1-v1:0'],
  ])('has requests %s in the proportion %d', (_, proportion, test) => {
    expect(Math.abs(share(having(test)) - proportion)).toBeLessThan(TOLERANCE);
  });

  it('has tokens in every request that was answered and in no other', () => {
    for (const record of records.values()) {
      const isAnswered =
        record.errorCode === undefined && !/INTERVENED|guardrail_intervened/.test(JSON.stringify(record));
      expect(tokensOf(record).output > 0).toBe(isAnswered);
      if (!isAnswered) expect(tokensOf(record)).toEqual(NO_TOKENS);
    }
  });

  it('has a few lines that are no usable records, of every kind', () => {
    expect(garbage).toHaveLength(7);
    expect(garbage).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^2026-11-22T\S+ WARN /),
        expect.stringMatching(/"health check passed"}$/),
        expect.stringMatching(/"inputTokenCount":-\d/),
        expect.stringMatching(/"outputTokenCount":\d+\.5/),
        expect.stringMatching(/"requestId":"[0-9a-f]+#/),
        expect.stringMatching(/"timestamp":"2026-12-22T/),
        expect.stringMatching(/^\{.*[^}]$/),
      ]),
    );
  });

  it('is in the same proportion in a large company', () => {
    expect(large.garbage.length / large.records.size).toBeCloseTo(0.005, 3);
    expect(large.duplicates.length / large.records.size).toBeCloseTo(0.02, 3);
  });
});
