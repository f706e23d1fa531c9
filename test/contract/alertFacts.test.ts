import { expect, it } from 'vitest';
import type { AlertSubject } from '../../shared/domain/alerts/alert.ts';
import { DEFAULT_ALERT_POLICY, type ScopeContacts } from '../../shared/domain/alerts/alertPolicy.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { gatherFacts } from '../../shared/store/alertFacts.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { raiseAlert } from '../../shared/store/raiseAlert.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { makeBudget, makeCrossing, policyOf, teamMonth, warnAt } from '../support/policies.ts';
import { costOf, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const NOW = POSTING.now;
const POLICY = policyOf([teamMonth('blue', 100n)]);
const BLUE = makeCrossing({ used: 85n });

let requests = 0;

function costing(picoUsd: bigint, parts: Partial<UsageRecord> = {}): UsageRecord {
  requests += 1;
  return makeRecord({ requestId: `request-${requests}`, costPicoUsd: costOf({ input: picoUsd }), ...parts });
}

function contactsOf(lead: string): ScopeContacts {
  return { lead, deputies: [], managers: [] };
}

onBothStores(({ openLedger }) => {
  const open = async (...records: UsageRecord[]) => {
    const { stores } = await openLedger();
    await postUsage(records, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores, NOW));
    const gather = (subject: AlertSubject, policy: Policy = POLICY) =>
      gatherFacts(subject, { ...stores, policy, now: NOW });
    return { stores, gather };
  };

  it("names the three dearest users of a team's period, and nobody of another team or month", async () => {
    const { gather } = await open(
      costing(1n, { user: 'dan' }),
      costing(30n, { user: 'bob' }),
      costing(10n, { user: 'ann' }),
      costing(15n, { user: 'ann', day: '2026-07-01' }),
      costing(9n, { user: 'cem' }),
      costing(99n, { user: 'eve', team: 'red' }),
      costing(99n, { user: 'dan', day: '2026-06-30' }),
    );
    expect((await gather(BLUE)).drivers).toEqual([
      { dimension: 'user', id: 'bob', costPicoUsd: 30n },
      { dimension: 'user', id: 'ann', costPicoUsd: 25n },
      { dimension: 'user', id: 'cem', costPicoUsd: 9n },
    ]);
  });

  it.each<[string, Partial<AlertSubject & { rule: 'budget' }>, string[]]>([
    ['teams of the organisation', { scopeKind: 'org', scopeId: '*' }, ['team red 7', 'team blue 5']],
    ['models of a user', { scopeKind: 'user', scopeId: 'ann' }, ['model opus 9', 'model sonnet 3']],
    ['models of a project', { scopeKind: 'project', scopeId: 'game' }, ['model opus 4']],
    ['users by what a filter counts', { filter: { modelFamily: 'opus' } }, ['user ann 4']],
    [
      'models of the organisation by what a filter counts',
      { scopeKind: 'org', scopeId: '*', filter: { modelFamily: 'sonnet' } },
      ['model sonnet 3'],
    ],
    [
      'nobody where totals cannot tell',
      { scopeKind: 'org', scopeId: '*', filter: { operation: 'chat' } },
      [],
    ],
  ])('names %s', async (_name, parts, names) => {
    const { gather } = await open(
      costing(4n, { model: 'opus', project: 'game' }),
      costing(1n),
      costing(2n, { team: 'red' }),
      costing(5n, { team: 'red', model: 'opus' }),
      costing(0n, { team: 'free' }),
    );
    const { drivers } = await gather(makeCrossing(parts));
    expect(drivers.map(({ dimension, id, costPicoUsd }) => `${dimension} ${id} ${costPicoUsd}`)).toEqual(
      names,
    );
  });

  it('holds today against the mean of the days with use before it, 28 days back', async () => {
    const { gather } = await open(
      costing(61n),
      costing(10n, { day: '2026-07-13' }),
      costing(21n, { day: '2026-06-16' }),
      costing(900n, { day: '2026-06-15' }),
      costing(900n, { team: 'red', day: '2026-07-12' }),
    );
    const { todayPicoUsd, normalDayPicoUsd } = await gather(BLUE);
    expect([todayPicoUsd, normalDayPicoUsd]).toEqual([61n, 15n]);
  });

  it("knows no normal day on a scope's first, and says nothing of today once the period is over", async () => {
    const { gather } = await open(costing(10n));
    expect(await gather(BLUE)).toMatchObject({ todayPicoUsd: 10n });
    expect(await gather(BLUE)).not.toHaveProperty('normalDayPicoUsd');
    const june = { month: '2026-06', periodKey: '2026-06', resetAt: '2026-07-01T00:00:00.000Z' };
    const { rule: _rule, threshold: _t, action: _a, notify: _n, cause: _c, ...figures } = makeCrossing(june);
    expect(await gather({ rule: 'resolved', ...figures, highest: 80 })).toEqual({ drivers: [] });
  });

  it('tells the pace of a budget and its next mark', async () => {
    const { gather } = await open();
    // 85 in 13.5 of 31 days are 195 in the end; 100 come after 15.88 days.
    expect(await gather(BLUE)).toMatchObject({
      projected: 195n,
      exhaustedAt: '2026-07-16T21:10:35.295Z',
      next: { percent: 100, action: 'requests are answered with a warning' },
    });
    expect(await gather(makeCrossing({ used: 100n, threshold: 100 }))).toMatchObject({ projected: 229n });
    expect(await gather(makeCrossing({ used: 100n, threshold: 100 }))).not.toHaveProperty('next');
  });

  it.each<[string, AlertSubject, Partial<Policy>, string | undefined]>([
    ['the directory of the dearest users', BLUE, {}, 'lea'],
    [
      'the policy first',
      BLUE,
      { alerts: { ...DEFAULT_ALERT_POLICY, teams: { blue: contactsOf('pat') } } },
      'pat',
    ],
    ["a user's own placement", makeCrossing({ scopeKind: 'user', scopeId: 'ann' }), {}, 'lea'],
    [
      "the policy for a user's team",
      makeCrossing({ scopeKind: 'user', scopeId: 'bob' }),
      { alerts: { ...DEFAULT_ALERT_POLICY, teams: { red: contactsOf('pat') } } },
      'pat',
    ],
    [
      'the policy for a business unit',
      makeCrossing({ scopeKind: 'businessUnit', scopeId: 'games' }),
      { alerts: { ...DEFAULT_ALERT_POLICY, businessUnits: { games: contactsOf('uma') } } },
      'uma',
    ],
    ['nobody for the organisation', makeCrossing({ scopeKind: 'org', scopeId: '*' }), {}, undefined],
    ['nobody for a team of which nothing is known', makeCrossing({ scopeId: 'constructor' }), {}, undefined],
  ])('names who answers, by %s', async (_name, subject, parts, owner) => {
    const { stores, gather } = await open(costing(9n, { user: 'bob' }), costing(5n));
    await stores.directory.putUser({ user: 'ann', placements: [{ team: 'blue', lead: 'lea' }] });
    await stores.directory.putUser({ user: 'bob', placements: [{ team: 'red' }] });
    expect((await gather(subject, { ...POLICY, ...parts })).owner).toBe(owner);
  });

  it('looks at the last 31 days of a year and no more', async () => {
    const { gather } = await open(
      costing(5n, { user: 'bob', day: '2026-06-14' }),
      costing(9n, { user: 'cem', day: '2026-06-13' }),
    );
    const year = { unit: 'year', timeZone: 'UTC' } as const;
    const subject = makeCrossing({ period: year, periodKey: '2026', resetAt: '2027-01-01T00:00:00.000Z' });
    expect((await gather(subject)).drivers).toEqual([{ dimension: 'user', id: 'bob', costPicoUsd: 5n }]);
  });

  it('has little to say of what is about no cost', async () => {
    const { gather } = await open(costing(9n));
    const place = { scopeKind: 'org', scopeId: '*', month: '2026-07' } as const;
    expect(await gather({ rule: 'drift', ...place, day: '2026-07-13', scopes: 1, driftPicoUsd: 1n })).toEqual(
      {
        drivers: [],
      },
    );
  });

  it('makes the alert without facts when they cannot be read, and says what went wrong', async () => {
    const { stores } = await open(costing(9n));
    const failure = new Error('throttled');
    const totals: Stores['totals'] = { ...stores.totals, linesOfTeamDay: () => Promise.reject(failure) };
    const errors: unknown[] = [];
    const onMissingFacts = (error: unknown) => void errors.push(error);
    const alert = await raiseAlert(BLUE, POLICY, { ...stores, totals, now: NOW, onMissingFacts });
    expect(alert).toMatchObject({ id: 'budget:team:blue:month:usd:blue:2026-07:80' });
    expect(alert).not.toHaveProperty('facts');
    expect(errors).toEqual([failure]);
    expect(await stores.alerts.pending()).toStrictEqual([alert]);
  });

  it('reads nothing for an alert that there is', async () => {
    const { stores } = await open();
    const policy = policyOf([makeBudget({ ladder: [warnAt(80)] })]);
    await raiseAlert(BLUE, policy, { ...stores, now: NOW });
    const fail = () => expect.fail('facts were read');
    const totals: Stores['totals'] = { ...stores.totals, dayTotals: fail, days: fail };
    const alerts = { ...stores.alerts };
    expect(await raiseAlert(BLUE, policy, { ...stores, alerts, totals, now: NOW })).toBeUndefined();
  });
});
