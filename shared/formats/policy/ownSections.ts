import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { readAlerts } from './alertSection.ts';
import { readBudgets } from './budgetSection.ts';
import { readBursts } from './burstSection.ts';
import {
  readBreaker,
  readDirectory,
  readFailure,
  readOverflow,
  readWithoutBudget,
} from './companySections.ts';
import { type Draft, EMPTY_DRAFT, joinDrafts } from './draft.ts';
import { readHierarchy } from './hierarchySection.ts';
import { readAccess, readHours, readScrutiny } from './modelSections.ts';
import type { Notes, Part } from './notes.ts';
import { childOf, parsePart } from './parts.ts';
import { readRouting } from './routingSection.ts';
import { readTiers } from './tierSection.ts';
import { timeZone } from './words.ts';

const anything = z.unknown().optional();

/** What a policy file has at its top; each section is read for itself, so that all mistakes are found. */
const TOP_SHAPE = {
  version: choice(['1'], 'version').optional(),
  timeZone: timeZone.optional(),
  budgets: anything,
  hierarchy: anything,
  tiers: anything,
  bursts: anything,
  models: anything,
  scrutiny: anything,
  hours: anything,
  breaker: anything,
  routing: anything,
  overflow: anything,
  withoutBudget: anything,
  failure: anything,
  directory: anything,
  alerts: anything,
  contacts: anything,
  // A company has one file: these say who works where and what holds of its logs, and are read elsewhere.
  users: anything,
  logs: anything,
  pseudonyms: anything,
};

export const TOP_KEYS: readonly string[] = Object.keys(TOP_SHAPE);

const topShape = section(TOP_SHAPE);

/** Reads Tollbook's own policy file, version 1. */
export function readOwnSections(part: Part, notes: Notes): Draft {
  const top = parsePart(topShape, part, notes);
  const defaults = { timeZone: top?.timeZone ?? 'UTC' };
  const at = (key: string) => childOf(part, key);
  /** A section whose entries are all commented out is the same as none. */
  const given = <T>(key: string, read: (section: Part) => T | undefined) => {
    const { value } = at(key);
    return value === undefined || value === '' ? undefined : read(at(key));
  };
  const single = definedOnly({
    breaker: given('breaker', (it) => readBreaker(it, defaults, notes)),
    routing: given('routing', (it) => readRouting(it, notes)),
    overflow: given('overflow', (it) => readOverflow(it, notes)),
    withoutBudget: given('withoutBudget', (it) => readWithoutBudget(it, notes)),
    failure: given('failure', (it) => readFailure(it, notes)),
    alerts: readAlerts({ alerts: at('alerts'), contacts: at('contacts') }, defaults, notes),
  });
  const lists: Draft = {
    ...EMPTY_DRAFT,
    budgets: [
      ...readBudgets(at('budgets'), defaults, notes),
      ...(given('tiers', (it) => readTiers(it, defaults, notes)) ?? []),
    ],
    bursts: readBursts(at('bursts'), notes),
    access: readAccess(at('models'), notes),
    scrutiny: readScrutiny(at('scrutiny'), notes),
    hours: readHours(at('hours'), defaults, notes),
    directory: readDirectory(at('directory'), notes),
  };
  return joinDrafts([readHierarchy(at('hierarchy'), defaults, notes), { ...lists, ...single }]);
}
