import { addDays } from '../period.ts';
import { instantOf, wallTimeAt } from '../zone.ts';
import { capitalised } from './budgetTexts.ts';
import type { DecisionRequest } from './decision.ts';
import type { Finding } from './finding.ts';
import { modelFamily } from './modelFamily.ts';
import { isAmong } from './modelRules.ts';
import type { HoursRule } from './policy.ts';
import { targetName } from './ruleNames.ts';

/** Whether the models of a rule are open, from when to when that stays so; the end is absent when never. */
export type OpeningState = Readonly<{ isOpen: boolean; fromMs: number; untilMs?: number }>;

const DAYS_PER_WEEK = 7;
/** The next opening may lie behind a year of holidays, but not farther. */
const MAX_DAYS_AHEAD = 400;

/** The state that was found last for each rule; nearly every question falls into it. */
const lastStates = new WeakMap<HoursRule, OpeningState>();

/**
 * Whether a rule's models are open at a moment of its zone's clocks: the start of the hours is, their end
 * is not. Hours that end before they start go on past midnight and belong to the day they start on.
 */
export function openingAt(rule: HoursRule, nowMs: number): OpeningState {
  const known = lastStates.get(rule);
  if (known !== undefined && known.fromMs <= nowMs && nowMs < (known.untilMs ?? nowMs)) return known;
  const state = findOpening(rule, nowMs);
  lastStates.set(rule, state);
  return state;
}

function findOpening(rule: HoursRule, nowMs: number): OpeningState {
  const today = wallTimeAt(rule.timeZone, nowMs).day;
  for (let ahead = -1; ahead <= MAX_DAYS_AHEAD; ahead += 1) {
    const day = addDays(today, ahead);
    if (!opensOn(rule, day)) continue;
    const startMs = instantOf(rule.timeZone, day, rule.startMinute);
    const endDay = rule.endMinute < rule.startMinute ? addDays(day, 1) : day;
    const endMs = instantOf(rule.timeZone, endDay, rule.endMinute);
    if (endMs <= nowMs || endMs <= startMs) continue;
    return startMs <= nowMs
      ? { isOpen: true, fromMs: startMs, untilMs: endMs }
      : { isOpen: false, fromMs: nowMs, untilMs: startMs };
  }
  return { isOpen: false, fromMs: nowMs };
}

function opensOn({ days, holidays }: HoursRule, day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || DAYS_PER_WEEK;
  return days.includes(weekday) && !holidays.includes(day);
}

/** Refuses a model out of its hours. Waiting helps, but for hours: nothing to try again by itself. */
export function findHours(rule: HoursRule, request: DecisionRequest, nowMs: number): Finding | undefined {
  if (!isAmong(rule.models, request.model)) return undefined;
  const { isOpen, untilMs } = openingAt(rule, nowMs);
  if (isOpen) return undefined;
  const family = modelFamily(request.model);
  const name = family === undefined ? 'Model' : `${capitalised(family)} model`;
  return {
    verdict: { action: 'reject', status: 403 },
    reason: {
      kind: 'hours',
      action: 'reject',
      rule: rule.id,
      scope: targetName(rule.target),
      ...(untilMs === undefined ? {} : { resetAt: new Date(untilMs).toISOString() }),
      message: rule.message ?? `${name} restricted to business hours`,
    },
    ...(untilMs === undefined ? {} : { endsAtMs: untilMs }),
    isByFigures: false,
  };
}
