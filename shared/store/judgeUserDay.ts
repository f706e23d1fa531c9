import type { Alert, SubjectOf } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import type { DailyLine } from '../domain/dailyLine.ts';
import { totalCost } from '../domain/metrics.ts';
import { addDays, monthOfDay, toDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { UNATTRIBUTED } from '../domain/usage.ts';
import { linesOf } from './costReport.ts';
import { inParallel } from './inParallel.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';

type UserDay = Readonly<{ user: string; day: string }>;

const READS_AT_ONCE = 8;

/** Looks at a user's UTC day by the rules that are about one; reads nothing where there is none. */
export async function judgeUserDay(
  { user, day }: UserDay,
  policy: Policy,
  dependencies: RaiseDependencies,
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
export async function judgeUserDays(policy: Policy, dependencies: RaiseDependencies): Promise<Alert[]> {
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
  return alertRulesOf(policy).highSpendPicoUsd !== undefined;
}

type Judging = Readonly<{ policy: Policy; dependencies: RaiseDependencies }>;

async function judgeLines(
  userDay: UserDay,
  lines: readonly DailyLine[],
  { policy, dependencies }: Judging,
): Promise<Alert[]> {
  // Requests of nobody in particular are no person's day.
  if (userDay.user === UNATTRIBUTED) return [];
  const subject = highSpendOf(userDay, lines, alertRulesOf(policy).highSpendPicoUsd);
  const alert = subject === undefined ? undefined : await raiseAlert(subject, policy, dependencies);
  return alert === undefined ? [] : [alert];
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
