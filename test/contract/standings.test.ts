import fc from 'fast-check';
import { expect, it } from 'vitest';
import { totalCost } from '../../shared/domain/metrics.ts';
import type { Aim } from '../../shared/domain/policy/asker.ts';
import { type BudgetRule, type Limit, PERIOD_UNITS } from '../../shared/domain/policy/policy.ts';
import { TOKEN_CLASSES } from '../../shared/domain/tokens.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { useOfBudget } from '../../shared/store/standings.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { makeBudget } from '../support/policies.ts';
import { makeRecord, POSTING } from '../support/records.ts';
import { anyRequests } from './anyDimension.ts';
import { onBothStores } from './bothStores.ts';

const ALL_SEALED = new Date('2026-09-01T00:00:00.000Z');
const pause = async () => {};

const anyAim: fc.Arbitrary<Aim> = fc
  .constantFrom(
    ...([
      ['org', '*'],
      ['user', 'ann'],
      ['user', 'nobody'],
      ['team', 'blue'],
      ['businessUnit', 'games'],
      ['department', 'indoor'],
      ['costCentre', 'cc-1'],
      ['project', 'minutes'],
    ] as const),
  )
  .map(([kind, id]) => ({ kind, id, scope: kind === 'org' ? 'org' : `${kind}:${id}` }));

const anyFilter = fc.record(
  {
    modelFamily: fc.constantFrom('sonnet', 'opus'),
    operation: fc.constantFrom('chat', 'search'),
    entrypoint: fc.constantFrom('cli'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const anyCounted = fc.subarray([...TOKEN_CLASSES], { minLength: 1 });

/** Tokens are kept by UTC day, so their budgets have no other zone. */
const anyMeasure: fc.Arbitrary<Readonly<{ limit: Limit; timeZone: string }>> = fc.oneof(
  fc.record({
    limit: anyCounted.map((counted): Limit => ({ measure: 'tokens', amount: 1n, counted })),
    timeZone: fc.constant('UTC'),
  }),
  fc.record({
    limit: fc.constantFrom<Limit>({ measure: 'usd', amount: 1n }, { measure: 'requests', amount: 1n }),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'),
  }),
);

const anyRule: fc.Arbitrary<BudgetRule> = fc
  .record({ unit: fc.constantFrom(...PERIOD_UNITS), filter: anyFilter, measure: anyMeasure })
  .map(({ unit, filter, measure: { limit, timeZone } }) =>
    makeBudget({ period: { unit, timeZone }, filter, limit }),
  );

const anyInstant = fc
  .constantFrom(
    '2026-06-30T00:00Z',
    '2026-06-30T23:30Z',
    '2026-07-01T02:00Z',
    '2026-07-05T22:30Z',
    '2026-07-14T00:00Z',
    '2026-12-31T23:59Z',
  )
  .map(Date.parse);

/** First and last instant of a period by the calendar, written out apart from the code under test. */
const isInPeriod = ({ unit, timeZone }: BudgetRule['period'], atMs: number, startedAt: string): boolean =>
  nameOf(unit, timeZone, atMs) === nameOf(unit, timeZone, Date.parse(startedAt));

function nameOf(unit: BudgetRule['period']['unit'], timeZone: string, atMs: number): string {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(atMs);
  const [year = '', month = ''] = day.split('-');
  const daysSince1970 = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  // The first of January of 1970 was a Thursday, so weeks begin three days before a multiple of seven.
  const names = { day, week: String(Math.floor((daysSince1970 + 3) / 7)), month: `${year}-${month}`, year };
  return unit === 'quarter' ? `${year} ${Math.ceil(Number(month) / 3)}` : names[unit];
}

function isOfAim({ kind, id }: Aim, record: UsageRecord): boolean {
  return kind === 'org' || record[kind] === id;
}

function isCounted({ filter }: BudgetRule, record: UsageRecord): boolean {
  return (
    (filter.modelFamily ?? record.model) === record.model &&
    (filter.operation ?? record.operation) === record.operation &&
    (filter.entrypoint ?? record.entrypoint) === record.entrypoint
  );
}

/** What has no price yet costs nothing. */
function amountOf(limit: Limit, { costPicoUsd, tokens, unpricedReason }: UsageRecord): bigint {
  switch (limit.measure) {
    case 'usd':
      return unpricedReason === undefined ? totalCost(costPicoUsd) : 0n;
    case 'requests':
      return 1n;
    case 'tokens':
      return BigInt(limit.counted.reduce((sum, name) => sum + tokens[name], 0));
    default:
      return limit satisfies never;
  }
}

async function post(records: readonly UsageRecord[], stores: Stores): Promise<void> {
  await postUsage(records, POSTING, { ...stores, pause });
}

onBothStores(({ openLedger, runs }) => {
  it('comes to the sum of the requests, for any scope, period, measure, filter and zone, before and after sealing', async () => {
    const question = fc.record({ rule: anyRule, aim: anyAim, atMs: anyInstant });
    const check = async (
      records: UsageRecord[],
      questions: { rule: BudgetRule; aim: Aim; atMs: number }[],
      isSealed: boolean,
    ) => {
      const { stores } = await openLedger();
      await post(records, stores);
      await closePeriods(closingOf(stores));
      if (isSealed) await closePeriods(closingOf(stores, ALL_SEALED));
      for (const { rule, aim, atMs } of questions) {
        const counted = records.filter(
          (record) =>
            isOfAim(aim, record) &&
            isCounted(rule, record) &&
            isInPeriod(rule.period, atMs, record.startedAt),
        );
        const expected = counted.reduce((sum, record) => sum + amountOf(rule.limit, record), 0n);
        const { used } = await useOfBudget({ rule, aim, atMs }, stores.totals);
        expect(used, JSON.stringify([rule.period, rule.limit.measure, rule.filter, aim, atMs])).toBe(
          expected,
        );
      }
    };
    await fc.assert(
      fc.asyncProperty(
        anyRequests,
        fc.array(question, { minLength: 10, maxLength: 20 }),
        fc.boolean(),
        check,
      ),
      { numRuns: runs },
    );
  });

  it('counts more changes whenever a request is added, so that a newer figure replaces an older one', async () => {
    const { stores } = await openLedger();
    const aim: Aim = { kind: 'user', id: 'ann', scope: 'user:ann' };
    const rule = makeBudget({ target: { kind: 'each', scope: 'user' } });
    const seen: bigint[] = [];
    let n = 0;
    for (const requestId of ['one', 'two', 'three']) {
      await post([makeRecord({ requestId })], stores);
      const use = await useOfBudget({ rule, aim, atMs: POSTING.now.getTime() }, stores.totals);
      expect(use.n).toBeGreaterThan(n);
      n = use.n;
      seen.push(use.used);
    }
    expect(seen).toEqual([10n, 20n, 30n]);
  });
});
