import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changesOfPosting,
  changesOfRevision,
  type LineChange,
  lineIdentity,
  lineKeyOf,
} from '../../../shared/domain/dailyLine.ts';
import { addMetrics, type Metrics, NO_METRICS, totalCost } from '../../../shared/domain/metrics.ts';
import { TOKEN_CLASSES } from '../../../shared/domain/tokens.ts';
import { metricsOfRecord, type UsageRecord } from '../../../shared/domain/usageRecord.ts';
import { recordArbitrary } from '../../fixtures/arbitraries.ts';

const BASE: UsageRecord = {
  source: 'bedrock',
  requestId: 'request-1',
  startedAt: '2026-11-22T10:00:00.000Z',
  modelId: 'eu.model-a-v1:0',
  tokens: { input: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, output: 50 },
  isEstimated: false,
  hasTokenCounts: true,
  status: 'ok',
  serviceTier: 'standard',
  operation: '-',
  model: 'model-a',
  endpointScope: 'geo',
  priceVersion: 'v1',
  costPicoUsd: { input: 1n, cacheRead: 2n, cacheWrite5m: 3n, cacheWrite1h: 4n, output: 5n, webSearch: 6n },
  day: '2026-11-22',
  user: 'mira',
  team: 'chess',
  teamSource: 'log',
  isUserLogged: true,
  rev: 1,
};

describe('lineKeyOf', () => {
  it('writes a dash for what the request does not have', () => {
    expect(lineIdentity(lineKeyOf(BASE))).toBe('2026-11-22#chess#mira#model-a#-#-#-#standard#-#-#-');
  });

  it.each([
    ['day', '2026-11-23'],
    ['team', 'rivers'],
    ['user', 'jonas'],
    ['model', 'model-b'],
    ['project', 'minutes'],
    ['entrypoint', 'chat'],
    ['operation', 'lookup'],
    ['serviceTier', 'priority'],
    ['businessUnit', 'games'],
    ['department', 'indoor'],
    ['costCentre', 'cc-1'],
  ])('tells lines apart by %s', (field, value) => {
    const other = lineKeyOf({ ...BASE, [field]: value });
    expect(lineIdentity(other)).not.toBe(lineIdentity(lineKeyOf(BASE)));
    expect(other).toMatchObject({ [field]: value });
  });
});

describe('changesOfPosting', () => {
  it('merges the records of one line into one change that counts them all', () => {
    const changes = changesOfPosting([BASE, { ...BASE, user: 'jonas' }, { ...BASE, status: 'throttled' }]);
    expect(changes.map(({ key, changes: n }) => [key.user, n])).toEqual([
      ['mira', 2],
      ['jonas', 1],
    ]);
    expect(changes[0]?.metrics).toMatchObject({ requests: 2, throttled: 1, tokens: { output: 100 } });
  });

  it('gives nothing for nothing', () => {
    expect(changesOfPosting([])).toEqual([]);
  });

  it('adds up to its records, to the last digit, with one change for each line', () => {
    fc.assert(
      fc.property(fc.array(recordArbitrary, { maxLength: 40 }), (records) => {
        const changes = changesOfPosting(records);
        const ids = changes.map(({ key }) => lineIdentity(key));
        expect(new Set(ids).size).toBe(ids.length);
        expect(sum(changes.map(({ changes: n }) => n))).toBe(records.length);
        const figures = sumOf(changes);
        expect(figures.requests).toBe(records.length);
        expect(figures.throttled).toBe(records.filter(({ status }) => status === 'throttled').length);
        for (const tokenClass of TOKEN_CLASSES) {
          expect(figures.tokens[tokenClass]).toBe(sum(records.map(({ tokens }) => tokens[tokenClass])));
        }
        const priced = records.filter(({ unpricedReason }) => unpricedReason === undefined);
        const cost = priced.reduce((total, { costPicoUsd }) => total + totalCost(costPicoUsd), 0n);
        expect(totalCost(figures.costPicoUsd)).toBe(cost);
        expect(sum(figures.hours.map(({ requests }) => requests))).toBe(records.length);
        expect(figures.hours.reduce((total, { costPicoUsd }) => total + costPicoUsd, 0n)).toBe(cost);
      }),
    );
  });
});

describe('the hours of a line', () => {
  it.each([
    ['2026-11-22T00:00:00.000Z', 0],
    ['2026-11-22T00:59:59.999Z', 0],
    ['2026-11-22T01:00:00.000Z', 1],
    ['2026-11-22T23:59:59.999Z', 23],
  ])('hold a request that starts at %s in hour %i, with its cost', (startedAt, hour) => {
    const [change] = changesOfPosting([{ ...BASE, startedAt }]);
    expect(change?.metrics.hours).toEqual([{ hour, requests: 1, costPicoUsd: 21n }]);
  });

  it('keep the hour of its start for a request that is counted on another day', () => {
    const [change] = changesOfPosting([{ ...BASE, countedOn: '2026-11-25' }]);
    expect(change).toMatchObject({ key: { day: '2026-11-25' }, metrics: { hours: [{ hour: 10 }] } });
  });

  it('move with a revision that starts in another hour', () => {
    const to = { ...BASE, startedAt: '2026-11-22T11:00:00.000Z', rev: 2 };
    expect(changesOfRevision({ from: BASE, to })[0]?.metrics.hours).toEqual([
      { hour: 10, requests: -1, costPicoUsd: -21n },
      { hour: 11, requests: 1, costPicoUsd: 21n },
    ]);
  });
});

describe('changesOfRevision', () => {
  it('moves the difference on the same line as one change', () => {
    const final = { ...BASE, tokens: { ...BASE.tokens, output: 75 }, rev: 2 };
    const changes = changesOfRevision({ from: BASE, to: final });
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      key: { team: 'chess' },
      changes: 1,
      metrics: { requests: 0, tokens: { input: 0, output: 25 } },
    });
  });

  it('takes the record off its old line and puts it on the new one, and both lines move on', () => {
    const [taken, added, ...rest] = changesOfRevision({
      from: BASE,
      to: { ...BASE, team: 'rivers', rev: 2 },
    });
    expect(rest).toEqual([]);
    expect(taken).toMatchObject({ key: { team: 'chess' }, changes: 1, metrics: { requests: -1 } });
    expect(taken?.metrics.costPicoUsd.output).toBe(-5n);
    expect(added).toMatchObject({ key: { team: 'rivers' }, changes: 1, metrics: { requests: 1 } });
  });

  it('leaves on every line what posting the last revision alone would, and n only grows', () => {
    const revisions = fc.array(recordArbitrary, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(revisions, (records) => {
        const [first, ...later] = records;
        if (first === undefined) return;
        const lines = new Map<string, { metrics: Metrics; n: number }>();
        apply(lines, changesOfPosting([first]));
        let recorded = first;
        for (const next of later) {
          const changes = changesOfRevision({ from: recorded, to: next });
          expect(changes.every(({ changes: n }) => n === 1)).toBe(true);
          apply(lines, changes);
          recorded = next;
        }
        const kept = lineIdentity(lineKeyOf(recorded));
        for (const [id, { metrics }] of lines) {
          expect(metrics).toStrictEqual(id === kept ? metricsOfRecord(recorded) : NO_METRICS);
        }
      }),
    );
  });
});

function apply(lines: Map<string, { metrics: Metrics; n: number }>, changes: readonly LineChange[]): void {
  for (const { key, metrics, changes: n } of changes) {
    const line = lines.get(lineIdentity(key)) ?? { metrics: NO_METRICS, n: 0 };
    lines.set(lineIdentity(key), { metrics: addMetrics(line.metrics, metrics), n: line.n + n });
  }
}

function sumOf(changes: readonly LineChange[]): Metrics {
  return changes.reduce((figures, { metrics }) => addMetrics(figures, metrics), NO_METRICS);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
