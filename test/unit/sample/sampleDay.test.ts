import { describe, expect, it, vi } from 'vitest';
import { makeCompany } from '../../../infra/local/sample/people.ts';
import { makeSampleDay } from '../../../infra/local/sample/sample.ts';
import { type LogRecord, priceOf, readDay, readRecord, tokensOf, userOf } from './readSample.ts';

const DAY = '2026-11-22';
const company = makeCompany({ seed: 'demo', people: 25, teams: 4 });
const largeCompany = makeCompany({ seed: 'demo', people: 500, teams: 25 });

const lines = [...makeSampleDay({ seed: 'demo', company, day: DAY })];
const largeLines = [...makeSampleDay({ seed: 'demo', company: largeCompany, day: DAY })];
const { records } = readDay(lines, DAY);

describe('a sample day', () => {
  it('is the same to the last byte from the same seed, and knows no clock', () => {
    vi.useFakeTimers({ now: new Date('2031-01-01') });
    const again = [...makeSampleDay({ seed: 'demo', company, day: DAY })];
    vi.useRealTimers();
    expect(again).toEqual(lines);
  });

  it.each([
    ['another seed', 'other', DAY],
    ['another day', 'demo', '2026-11-23'],
  ])('shares no id with that of %s', (_, seed, day) => {
    const other = readDay(makeSampleDay({ seed, company, day }), day).records;
    expect(other.size).toBeGreaterThan(1_000);
    expect([...other.keys()].filter((id) => records.has(id))).toEqual([]);
  });

  it('has some 1,000 to 1,600 lines for 25 people and 35,000 to 40,000 for 500', () => {
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.length).toBeLessThan(1_600);
    expect(largeLines.length).toBeGreaterThan(35_000);
    expect(largeLines.length).toBeLessThan(40_000);
  });

  it('makes as many requests per person as it is told to', () => {
    const few = readDay(makeSampleDay({ seed: 'demo', company, day: DAY, requestsPerPerson: 10 }), DAY);
    expect(few.records.size).toBeGreaterThan(25 * 9);
    expect(few.records.size).toBeLessThan(25 * 11);
  });

  it('has typical lines of 0.8 to 2 KB', () => {
    const sizes = lines.map((line) => Buffer.byteLength(line)).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeGreaterThan(800);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(2_000);
    expect(sizes.at(-1)).toBeLessThan(4_000);
  });

  it('has a request of every person of the company', () => {
    const users = new Set([...records.values()].map(userOf));
    expect(users).toEqual(new Set(company.users.map(({ user }) => user)));
  });

  it('arrives in the order of time but for seconds, apart from what arrives twice', () => {
    const seen = new Set<string>();
    let latestMs = 0;
    for (const line of lines) {
      const record = readRecord(line, DAY);
      if (record === undefined || seen.has(record.requestId)) continue;
      seen.add(record.requestId);
      const atMs = Date.parse(record.timestamp);
      expect(latestMs - atMs).toBeLessThan(8_000);
      latestMs = Math.max(latestMs, atMs);
    }
  });

  it('is made line by line: the first hundred of a large day cost a small part of it', () => {
    const stringify = vi.spyOn(JSON, 'stringify');
    const day = makeSampleDay({ seed: 'demo', company: largeCompany, day: DAY });
    for (let line = 0; line < 100; line += 1) day.next();
    expect(stringify.mock.calls.length).toBeLessThan(largeLines.length / 20);
    stringify.mockRestore();
  });

  it.each(['2026-02-29', '2026-13-01', 'today'])('refuses %s, which is no day', (day) => {
    expect(() => makeSampleDay({ seed: 'demo', company, day }).next()).toThrow(RangeError);
  });
});

describe('the requests of a sample day', () => {
  it('use every operation, and bodies in the line, in S3 and nowhere', () => {
    const operations = new Set([...records.values()].map(({ operation }) => operation));
    expect(operations.size).toBe(4);
    const isOff = ({ output }: LogRecord) => output !== undefined && Object.keys(output).length === 2;
    expect([...records.values()].filter(isOff).length).toBeGreaterThan(20);
    expect([...records.values()].filter(({ output }) => output?.outputBodyS3Path).length).toBeGreaterThan(10);
  });

  it('use the models of the time under global, us and eu profiles, by id and by ARN', () => {
    const ids = [...new Set([...records.values()].map(({ modelId }) => modelId))].join(' ');
    for (const part of [
      'claude-sonnet-5-5',
      'claude-haiku-5-5',
      'claude-haiku-4-5',
      'claude-opus-5-5',
      'claude-opus-4-8',
      'claude-sonnet-4-5',
    ]) {
      expect(ids).toContain(part);
    }
    for (const prefix of ['global.', 'us.', 'eu.', 'arn:aws:bedrock:']) expect(ids).toContain(prefix);
  });

  it('read large prompts from the cache in agentic bursts and write some for an hour', () => {
    const all = [...records.values()].map(tokensOf);
    expect(all.filter(({ cacheRead }) => cacheRead >= 20_000).length / all.length).toBeGreaterThan(0.5);
    expect(Math.max(...all.map(({ cacheRead }) => cacheRead))).toBeLessThan(170_000);
    expect(all.filter(({ cacheWrite1h }) => cacheWrite1h > 0).length).toBeGreaterThan(10);
    expect(all.filter(({ cacheWrite5m }) => cacheWrite5m > 0).length).toBeGreaterThan(500);
  });

  it.each(['2025-07-15', '2025-11-01', '2026-05-30', '2026-09-28', DAY, '2027-03-01'])(
    'on %s all have a price but those of the unknown model',
    (day) => {
      const sample = readDay(makeSampleDay({ seed: 'demo', company, day }), day).records;
      const unpriced = [...sample.values()].filter((record) => priceOf(record).kind === 'unpriced');
      expect(new Set(unpriced.map(({ modelId }) => modelId))).toEqual(
        new Set(['us.anthropic.claude-saga-1-v1:0']),
      );
    },
  );

  it('of July 2025 use only models that existed', () => {
    const sample = readDay(makeSampleDay({ seed: 'demo', company, day: '2025-07-15' }), '2025-07-15').records;
    const names = new Set([...sample.values()].map(({ modelId }) => modelId.replace(/^.*anthropic\./, '')));
    expect([...names].sort()).toEqual([
      'claude-3-5-haiku-20241022-v1:0',
      'claude-opus-4-20250514-v1:0',
      'claude-saga-1-v1:0',
      'claude-sonnet-4-20250514-v1:0',
    ]);
  });
});
