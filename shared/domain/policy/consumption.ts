import { type DailyLine, NO_DIMENSION } from '../dailyLine.ts';
import { definedOnly } from '../definedOnly.ts';
import { totalCost } from '../metrics.ts';
import { NO_TOKENS, type Tokens } from '../tokens.ts';
import { UNATTRIBUTED } from '../usage.ts';
import type { UsageRecord } from '../usageRecord.ts';
import type { Person } from './decision.ts';
import type { Limit } from './policy.ts';

/** One request, or many alike of one hour, as budgets see them: whose, of which kind, when, and how much. */
export type Consumption = Readonly<{
  user: string;
  model: string;
  team?: string;
  project?: string;
  operation?: string;
  entrypoint?: string;
  businessUnit?: string;
  department?: string;
  costCentre?: string;
  priority: 'normal' | 'critical';
  atMs: number;
  requests: number;
  picoUsd: bigint;
  tokens: Tokens;
}>;

const HOUR_MS = 3_600_000;

/** What budgets look at of a record. */
export type ConsumedRecord = Pick<
  UsageRecord,
  | 'user'
  | 'model'
  | 'team'
  | 'project'
  | 'operation'
  | 'entrypoint'
  | 'businessUnit'
  | 'department'
  | 'costCentre'
  | 'priority'
  | 'startedAt'
  | 'tokens'
  | 'costPicoUsd'
  | 'unpricedReason'
>;

export function consumptionOfRecord(record: ConsumedRecord): Consumption {
  return {
    ...dimensionsOf(record),
    priority: record.priority === 'critical' ? 'critical' : 'normal',
    atMs: Date.parse(record.startedAt),
    requests: 1,
    picoUsd: record.unpricedReason === undefined ? totalCost(record.costPicoUsd) : 0n,
    tokens: record.tokens,
  };
}

/**
 * A daily line hour by hour. Tokens are kept by day: they all lie in the line's last hour, which is no matter to
 * budgets of tokens, because their periods begin and end with UTC days.
 */
export function consumptionsOfLine(line: DailyLine): Consumption[] {
  const dayMs = Date.parse(`${line.day}T00:00:00Z`);
  const whole = { ...dimensionsOf(line), priority: 'normal', tokens: NO_TOKENS } as const;
  const hours = line.hours.map(({ hour, requests, costPicoUsd }) => ({
    ...whole,
    atMs: dayMs + hour * HOUR_MS,
    requests,
    picoUsd: costPicoUsd,
  }));
  const last = hours.at(-1) ?? { ...whole, atMs: dayMs, requests: 0, picoUsd: 0n };
  return [...hours.slice(0, -1), { ...last, tokens: line.tokens }];
}

/** How much of a limit it is, in the unit of the measure. */
export function amountConsumed(
  limit: Limit,
  { requests, picoUsd, tokens }: Pick<Consumption, 'requests' | 'picoUsd' | 'tokens'>,
): bigint {
  switch (limit.measure) {
    case 'usd':
      return picoUsd;
    case 'requests':
      return BigInt(requests);
    case 'tokens':
      return limit.counted.reduce((sum, tokenClass) => sum + BigInt(tokens[tokenClass]), 0n);
    default:
      return limit satisfies never;
  }
}

/** What is known of people besides what a request states. */
export type KnownPersons = ReadonlyMap<string, Person>;

/** A request is its owner's as it was recorded; what was not recorded is as the directory has it. */
export function personOf(consumption: Consumption, known: KnownPersons): Person {
  const { user, team, businessUnit, department, costCentre } = consumption;
  return { ...known.get(user), user, ...definedOnly({ team, businessUnit, department, costCentre }) };
}

type Dimensions = Omit<Consumption, 'priority' | 'atMs' | 'requests' | 'picoUsd' | 'tokens'>;

function dimensionsOf(of: ConsumedRecord | DailyLine): Dimensions {
  const { user, model, team, project, operation, entrypoint, businessUnit, department, costCentre } = of;
  const stated = { project, operation, entrypoint, businessUnit, department, costCentre };
  const named = Object.entries(stated).filter(([, name]) => name !== undefined && name !== NO_DIMENSION);
  // Who has no team is asked for none by a decision either.
  return { user, model, ...(team === UNATTRIBUTED ? {} : { team }), ...Object.fromEntries(named) };
}
