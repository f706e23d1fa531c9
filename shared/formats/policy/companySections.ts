import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import {
  type BreakerRule,
  EMPTY_POLICY,
  type FailureRule,
  type OverflowRule,
  type Policy,
} from '../../domain/policy/policy.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import type { Defaults } from './budgetSection.ts';
import { checkScopeId } from './checkName.ts';
import type { DirectoryPerson } from './draft.ts';
import type { Notes, Part, Sourced } from './notes.ts';
import { entriesOf, parsePart } from './parts.ts';
import { identifier, money, seconds, timeZone, wholePercent, word } from './words.ts';

const breakerShape = section({ emergency: money, open: money, timeZone: timeZone.optional() });

/** `breaker`: the amounts of a day at which the organisation stops. */
export function readBreaker(part: Part, defaults: Defaults, notes: Notes): Sourced<BreakerRule> | undefined {
  const fields = parsePart(breakerShape, part, notes);
  if (fields === undefined) return undefined;
  const zone = fields.timeZone ?? defaults.timeZone;
  const value = { emergencyPicoUsd: fields.emergency, openPicoUsd: fields.open, timeZone: zone };
  return { value, path: part.path };
}

export const MAX_OVERFLOW_DAYS = 366;

const days = word((text) => {
  const value = Number(/^(\d{1,3})(?: days?|d)?$/.exec(text)?.[1]);
  return value >= 1 && value <= MAX_OVERFLOW_DAYS
    ? { value }
    : { problem: `${JSON.stringify(text)} is no number of days from 1 to ${MAX_OVERFLOW_DAYS}` };
});

const overflowShape = section({
  automatic: wholePercent(0).default(EMPTY_POLICY.overflow.autoPercent),
  approvers: z.array(identifier).default([]),
  longest: days.default(EMPTY_POLICY.overflow.maxDays),
});

/** `overflow`: how a limit may be raised for a while. */
export function readOverflow(part: Part, notes: Notes): OverflowRule | undefined {
  const fields = parsePart(overflowShape, part, notes);
  if (fields === undefined) return undefined;
  return { autoPercent: fields.automatic, approvers: fields.approvers, maxDays: fields.longest };
}

const failureShape = section({
  mode: choice(['open', 'closed'], 'mode').default(EMPTY_POLICY.failure.mode),
  maxAge: seconds.default(EMPTY_POLICY.failure.maxAgeSeconds),
});

/** `failure`: what a gateway does that hears nothing from the ledger. */
export function readFailure(part: Part, notes: Notes): FailureRule | undefined {
  const fields = parsePart(failureShape, part, notes);
  return fields && { mode: fields.mode, maxAgeSeconds: fields.maxAge };
}

const withoutBudgetShape = choice(['allow', 'deny'], 'answer');

export function readWithoutBudget(part: Part, notes: Notes): Policy['withoutBudget'] | undefined {
  return parsePart(withoutBudgetShape, part, notes);
}

const personShape = section({
  team: identifier.optional(),
  businessUnit: identifier.optional(),
  department: identifier.optional(),
  costCentre: identifier.optional(),
  tier: identifier.optional(),
  roles: z.array(identifier).optional(),
  lead: identifier.optional(),
});

/** `directory`: who works where, by user. */
export function readDirectory(part: Part, notes: Notes): Sourced<DirectoryPerson>[] {
  return entriesOf(part, notes).flatMap(([user, person]) => {
    checkScopeId(user, person.path, notes);
    const fields = parsePart(personShape, person.value === '' ? { ...person, value: {} } : person, notes);
    return fields === undefined ? [] : [{ value: { user, ...definedOnly(fields) }, path: person.path }];
  });
}
