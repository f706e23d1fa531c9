import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import { isDay } from '../../domain/period.ts';
import type { HoursRule, ModelAccessList, Scrutiny } from '../../domain/policy/policy.ts';
import { hoursName } from '../../domain/policy/ruleNames.ts';
import { section } from '../../pricing/strictShape.ts';
import type { Defaults } from './budgetSection.ts';
import { checkName } from './checkName.ts';
import type { Notes, Part, Sourced } from './notes.ts';
import { childOf, entriesOf, isMap, itemsOf, parsePart } from './parts.ts';
import { readTarget, TARGET_SHAPE } from './targetShape.ts';
import { weekdays } from './weekdays.ts';
import { clock, identifier, message, timeZone, wholePercent, word } from './words.ts';

type AccessEntry = ModelAccessList['entries'][number];

const names = z.array(identifier).min(1, 'name at least one');
const listShape = section({ ...TARGET_SHAPE, allow: z.unknown() });
const entryShape = section({ models: names, users: names.optional(), roles: names.optional() });
const peopleShape = section({ users: names.optional(), roles: names.optional() });

/** `models`: who may use which. */
export function readAccess(part: Part, notes: Notes): Sourced<ModelAccessList>[] {
  return itemsOf(part, notes).flatMap((item): Sourced<ModelAccessList>[] => {
    const fields = parsePart(listShape, item, notes);
    const target = fields && readTarget(fields, item.path, notes);
    const allow = childOf(item, 'allow');
    if (fields !== undefined && allow.value === undefined) notes.mistake(item.path, 'allow is missing');
    const entries = isMap(allow.value) ? readAccessMap(allow, notes) : readAccessList(allow, notes);
    if (target === undefined) return [];
    return [{ value: { target, entries }, path: item.path, renamed: namesOfEntries(allow.value) }];
  });
}

/** In a map an entry is found by its model, in a list by its number. */
function namesOfEntries(allow: unknown): ReadonlyMap<number, string> {
  return new Map(isMap(allow) ? Object.keys(allow).entries() : []);
}

/** A list of models that all may use, or of models with those who may. */
function readAccessList(part: Part, notes: Notes): AccessEntry[] {
  return itemsOf(part, notes).flatMap((item): AccessEntry[] => {
    if (typeof item.value !== 'string') {
      const entry = parsePart(entryShape, item, notes);
      return entry === undefined ? [] : [definedOnly(entry)];
    }
    const model = parsePart(identifier, item, notes);
    return model === undefined ? [] : [{ models: [model] }];
  });
}

/** By model: `"*"` for all, a list of users, or users and roles. */
export function readAccessMap(part: Part, notes: Notes): AccessEntry[] {
  return entriesOf(part, notes).flatMap(([model, people]): AccessEntry[] => {
    if (parsePart(identifier, { value: model, path: people.path }, notes) === undefined) return [];
    const models = [model];
    if (people.value === '*') return [{ models }];
    if (Array.isArray(people.value)) {
      const users = parsePart(names, people, notes);
      return users === undefined ? [] : [{ models, users }];
    }
    const both = parsePart(peopleShape, people, notes);
    return both === undefined ? [] : [{ models, ...definedOnly(both) }];
  });
}

const scrutinyShape = section({ models: names, thresholdsAt: wholePercent(1) });

/** `scrutiny`: models whose users are warned earlier. */
export function readScrutiny(part: Part, notes: Notes): Sourced<Scrutiny>[] {
  return itemsOf(part, notes).flatMap((item) => {
    const fields = parsePart(scrutinyShape, item, notes);
    if (fields === undefined) return [];
    return [{ value: { models: fields.models, percentOfThreshold: fields.thresholdsAt }, path: item.path }];
  });
}

const holiday = word((text) =>
  isDay(text) ? { value: text } : { problem: `${JSON.stringify(text)} is no day such as 2026-12-25` },
);

const hoursShape = section({
  ...TARGET_SHAPE,
  id: identifier.optional(),
  models: names.default(['*']),
  days: weekdays.default([1, 2, 3, 4, 5]),
  from: clock,
  to: clock,
  timeZone: timeZone.optional(),
  holidays: z.array(holiday).default([]),
  say: message.optional(),
});

/** `hours`: when models may be used. */
export function readHours(part: Part, defaults: Defaults, notes: Notes): Sourced<HoursRule>[] {
  return itemsOf(part, notes).flatMap((item): Sourced<HoursRule>[] => {
    const fields = parsePart(hoursShape, item, notes);
    const target = fields && readTarget(fields, item.path, notes);
    if (fields === undefined || target === undefined) return [];
    const { models, days, from, to, holidays, say } = fields;
    const id = fields.id ?? hoursName({ target, models });
    if (fields.id === undefined) checkName(id, item.path, notes);
    const zone = fields.timeZone ?? defaults.timeZone;
    const when = { timeZone: zone, days, startMinute: from, endMinute: to, holidays };
    return [{ value: { id, target, models, ...when, ...definedOnly({ message: say }) }, path: item.path }];
  });
}
