import type { Alert, SubjectOf } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { addCount, countedInHour, isStale, type Reading } from '../domain/alerts/readings.ts';
import type { DailyLine } from '../domain/dailyLine.ts';
import { totalCost } from '../domain/metrics.ts';
import { addDays, monthOfDay, toDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { UNATTRIBUTED } from '../domain/usage.ts';
import { linesOf } from './costReport.ts';
import { inParallel } from './inParallel.ts';
import type { JudgeScopeDependencies } from './judgeScopeDay.ts';
import { raiseAlert } from './raiseAlert.ts';

type UserDay = Readonly<{ user: string; day: string }>;

const READS_AT_ONCE = 8;
const READINGS_LIVE_MS = 2 * 86_400_000;
/** `YYYY-MM-DDTHH`. */
const HOUR_LENGTH = 13;

/** Looks at a user's UTC day by the rules that are about one; reads nothing where there is none. */
export async function judgeUserDay(
  { user, day }: UserDay,
  policy: Policy,
  dependencies: JudgeScopeDependencies,
): Promise<Alert[]> {
  if (!hasRulesOfUserDays(policy)) return [];
  const { totals } = dependencies;
  const teamDays = await totals.userDays(user, { from: day, to: day });
  const lines = await inParallel(teamDays, READS_AT_ONCE, ({ team }) =>
    totals.linesOfUserDay({ user, team, day }),
  );
  return judgeLines({ user, day }, lines.flat(), { policy, dependencies });
}

/** Everybody's today and yesterday, from all lines of both: for the hourly look, and when the policy is another one. */
export async function judgeUserDays(policy: Policy, dependencies: JudgeScopeDependencies): Promise<Alert[]> {
  if (!hasRulesOfUserDays(policy)) return [];
  const today = toDay(dependencies.now);
  const alerts: Alert[] = [];
  for (const day of [addDays(today, -1), today]) {
    const lines = await linesOf(dependencies.totals, { from: day, to: day });
    for (const [user, ofUser] of Map.groupBy(lines, (line) => line.user)) {
      alerts.push(...(await judgeLines({ user, day }, ofUser, { policy, dependencies })));
    }
  }
  return alerts;
}

function hasRulesOfUserDays(policy: Policy): boolean {
  const { highSpendPicoUsd, throttledPerHour } = alertRulesOf(policy);
  return highSpendPicoUsd !== undefined || throttledPerHour !== undefined;
}

type Judging = Readonly<{ policy: Policy; dependencies: JudgeScopeDependencies }>;

async function judgeLines(
  userDay: UserDay,
  lines: readonly DailyLine[],
  { policy, dependencies }: Judging,
): Promise<Alert[]> {
  // Requests of nobody in particular are no person's day.
  if (userDay.user === UNATTRIBUTED) return [];
  const { highSpendPicoUsd, throttledPerHour } = alertRulesOf(policy);
  const subjects = [
    highSpendOf(userDay, lines, highSpendPicoUsd),
    await throttledOf(userDay, lines, { limit: throttledPerHour, ...dependencies }),
  ];
  const alerts: Alert[] = [];
  for (const subject of subjects) {
    const alert = subject && (await raiseAlert(subject, policy, dependencies));
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}

type Throttling = Pick<JudgeScopeDependencies, 'readings' | 'now'> & Readonly<{ limit: number | undefined }>;

/**
 * Lines count refusals by day, so those of an hour are what the day grew by. Only a user who was refused today has
 * readings, and they are written when the count changed. Two who count at once write the same.
 */
async function throttledOf(
  { user, day }: UserDay,
  lines: readonly DailyLine[],
  { limit, readings, now }: Throttling,
): Promise<SubjectOf<'throttled'> | undefined> {
  const amount = BigInt(lines.reduce((sum, { throttled }) => sum + throttled, 0));
  if (limit === undefined || amount === 0n || day !== toDay(now)) return undefined;
  const place = { scope: { kind: 'user', id: user }, measure: 'throttled' } as const;
  const n = lines.reduce((sum, line) => sum + line.n, 0);
  const current: Reading = { atMs: now.getTime(), day, amount, n };
  const found = await readings.find(place);
  if (isStale(found.readings, current)) return undefined;
  const last = found.readings.at(-1);
  if (last?.day !== day || last.amount !== amount) {
    const next = { readings: addCount(found.readings, current), n: found.n };
    await readings.put(place, next, new Date(current.atMs + READINGS_LIVE_MS));
  }
  const requests = Number(countedInHour(found.readings, current, requestsOfHour(lines, now)));
  const hour = now.toISOString().slice(0, HOUR_LENGTH);
  if (requests <= limit) return undefined;
  return {
    ...{ rule: 'throttled', scopeKind: 'user', scopeId: user, month: monthOfDay(day) },
    ...{ hour, requests, limit },
  };
}

/** All requests of the present UTC hour: no more of them can have been refused. */
function requestsOfHour(lines: readonly DailyLine[], now: Date): bigint {
  const present = now.getUTCHours();
  const ofHour = lines.flatMap(({ hours }) => hours.filter(({ hour }) => hour === present));
  return ofHour.reduce((sum, { requests }) => sum + BigInt(requests), 0n);
}

function highSpendOf(
  { user, day }: UserDay,
  lines: readonly DailyLine[],
  limitPicoUsd: bigint | undefined,
): SubjectOf<'highSpend'> | undefined {
  const usedPicoUsd = lines.reduce((sum, { costPicoUsd }) => sum + totalCost(costPicoUsd), 0n);
  if (limitPicoUsd === undefined || usedPicoUsd < limitPicoUsd) return undefined;
  return {
    ...{ rule: 'highSpend', scopeKind: 'user', scopeId: user, month: monthOfDay(day), day },
    resetAt: `${addDays(day, 1)}T00:00:00.000Z`,
    ...{ usedPicoUsd, limitPicoUsd },
  };
}
