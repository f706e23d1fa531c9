import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import {
  AFFECTS,
  type Affect,
  type Affected,
  type Simulated,
  type SimulatedUser,
} from '../../shared/domain/policy/simulation.ts';
import type { ReplayedDay } from '../../shared/store/replayDay.ts';
import { minuteText } from './amount.ts';
import { daysNote } from './replayedDays.ts';
import { formatCount, formatTable } from './table.ts';

export type SimulationReport = Simulated &
  Readonly<{
    file: string;
    replayed: readonly ReplayedDay[];
    /** Granted increases that counted on these days. */
    increases: number;
  }>;

const MAX_SHOWN = 50;

/** Who would have been warned, slowed or refused, when first, how often, and what of it would not have been spent. */
export function formatSimulation(report: SimulationReport): string {
  const { file, replayed, increases, requests, picoUsd } = report;
  const counted = replayed.length === 1 ? '1 day' : `${formatCount(replayed.length)} days`;
  const head = `${file} over ${counted}: ${formatCount(requests)} requests worth ${displayUsd(picoUsd)}`;
  const granted = increases === 1 ? '1 granted increase' : `${formatCount(increases)} granted increases`;
  const raised = increases === 0 ? '' : `\n${granted} counted, each while it was in force.`;
  const note = `${daysNote(replayed)}${raised}`;
  const affected = report.users.filter(({ days: ofUser }) => ofUser.length > 0);
  if (affected.length === 0) return `${head}${note}\n\nNobody would have been warned, slowed or refused.`;
  return `${head}${note}\n\n${usersTable(affected, report)}\n\n${rulesTable(report)}`;
}

function usersTable(affected: readonly SimulatedUser[], { users }: SimulationReport): string {
  const shown = affected.slice(0, MAX_SHOWN);
  const table = formatTable(
    [
      { head: 'USER' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'WARNED', align: 'right' },
      { head: 'FIRST (UTC)' },
      { head: 'SLOWED', align: 'right' },
      { head: 'FIRST (UTC)' },
      { head: 'REFUSED', align: 'right' },
      { head: 'FIRST (UTC)' },
      { head: 'COST REFUSED', align: 'right' },
    ],
    [...shown.map(userRow), totalRow(affected)],
  );
  const hidden = affected.length - shown.length;
  const more = hidden > 0 ? `\n  (${formatCount(hidden)} more; the total counts all, --json lists all)` : '';
  const free = users.length - affected.length;
  const noticed = free === 1 ? '1 user' : `${formatCount(free)} users`;
  const others = free > 0 ? `\n  (${noticed} would have noticed nothing)` : '';
  return `${table}${more}${others}`;
}

function userRow({ user, requests, affected }: SimulatedUser): string[] {
  const cells = AFFECTS.flatMap((affect) => [countText(affected[affect]), firstText(affected[affect])]);
  return [user, formatCount(requests), ...cells, costText(affected.reject)];
}

function totalRow(users: readonly SimulatedUser[]): string[] {
  const cells = AFFECTS.flatMap((affect) => [formatCount(sumOf(users, affect).requests), '']);
  const requests = users.reduce((sum, user) => sum + user.requests, 0);
  return ['total', formatCount(requests), ...cells, displayUsd(sumOf(users, 'reject').picoUsd)];
}

function rulesTable({ rules }: SimulationReport): string {
  return formatTable(
    [
      { head: 'BECAUSE OF' },
      { head: 'USERS', align: 'right' },
      { head: 'WARNED', align: 'right' },
      { head: 'SLOWED', align: 'right' },
      { head: 'REFUSED', align: 'right' },
    ],
    rules.map(({ rule, users, warn, throttle, reject }) => [
      rule,
      ...[users, warn, throttle, reject].map(formatCount),
    ]),
  );
}

function countText(affected: Affected | undefined): string {
  return affected === undefined ? '' : formatCount(affected.requests);
}

function firstText(affected: Affected | undefined): string {
  return affected === undefined ? '' : minuteText(affected.firstAtMs);
}

function costText(affected: Affected | undefined): string {
  return affected === undefined ? '' : displayUsd(affected.picoUsd);
}

function sumOf(users: readonly SimulatedUser[], affect: Affect) {
  let [requests, picoUsd] = [0, 0n];
  for (const { affected } of users) {
    requests += affected[affect]?.requests ?? 0;
    picoUsd += affected[affect]?.picoUsd ?? 0n;
  }
  return { requests, picoUsd };
}

/** Amounts are exact decimals of USD. `days` tells of each day when each thing first happened to the user. */
export function simulationJson({ replayed, increases, requests, picoUsd, users, rules }: SimulationReport) {
  const affected = users.filter(({ days: ofUser }) => ofUser.length > 0);
  const totals = AFFECTS.map((affect) => {
    const { requests: count, picoUsd: cost } = sumOf(affected, affect);
    return [affect, { requests: count, costUsd: formatUsd(cost) }];
  });
  return {
    days: replayed.length,
    daysWithoutRecords: replayed.flatMap(({ day, from }) => (from === 'none' ? [day] : [])),
    sources: replayed,
    ...{ increases, currency: 'USD', requests },
    costUsd: formatUsd(picoUsd),
    total: Object.fromEntries(totals),
    users: affected.map(userJson),
    rules,
  };
}

function userJson({ user, requests, picoUsd, affected, days }: SimulatedUser) {
  const byAffect = AFFECTS.flatMap((affect) => {
    const found = affected[affect];
    if (found === undefined) return [];
    const { requests: count, picoUsd: cost, firstAtMs, rule } = found;
    return [[affect, { requests: count, costUsd: formatUsd(cost), firstAt: instant(firstAtMs), rule }]];
  });
  const ofDays = days.map(({ day, ...firsts }) => ({
    day,
    ...Object.fromEntries(Object.entries(firsts).map(([affect, atMs]) => [affect, instant(atMs)])),
  }));
  return { user, requests, costUsd: formatUsd(picoUsd), ...Object.fromEntries(byAffect), days: ofDays };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
