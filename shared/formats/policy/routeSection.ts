import { z } from 'zod';
import { ALERT_RULES } from '../../domain/alerts/alert.ts';
import type { AlertRoute } from '../../domain/alerts/alertPolicy.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { BUDGET_SCOPES } from '../../domain/policy/policy.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { oneOrMore } from './alertWords.ts';
import { severity } from './heldSection.ts';
import type { Notes, Part, Path } from './notes.ts';
import { childOf, itemsOf, parsePart } from './parts.ts';
import { flag, identifier } from './words.ts';

export const MAX_ROUTES = 200;

const ids = oneOrMore(identifier).optional();
const toShape = oneOrMore(z.string());

const routeShape = section({
  to: z.unknown().optional(),
  severity: oneOrMore(severity).optional(),
  rule: oneOrMore(choice(ALERT_RULES, 'rule')).optional(),
  org: flag.optional(),
  businessUnit: ids,
  department: ids,
  costCentre: ids,
  team: ids,
  project: ids,
  user: ids,
});

type Fields = z.infer<typeof routeShape>;
type Scope = NonNullable<AlertRoute['scopes']>[number];

/** `alerts.routes`: which alerts go to which of the channels. */
export function readRoutes(part: Part, channels: readonly string[], notes: Notes): AlertRoute[] {
  const items = itemsOf(part, notes);
  const surplus = items[MAX_ROUTES];
  if (surplus !== undefined) notes.mistake(surplus.path, `there are more than ${MAX_ROUTES} routes`);
  return items.slice(0, MAX_ROUTES).flatMap((item): AlertRoute[] => {
    const fields = parsePart(routeShape, item, notes);
    const to = readTo(item, channels, notes);
    if (fields === undefined) return [];
    const scopes = readScopes(fields, item.path, notes);
    return [{ to, ...definedOnly({ severities: fields.severity, rules: fields.rule, scopes }) }];
  });
}

function readTo(item: Part, channels: readonly string[], notes: Notes): string[] {
  const part = childOf(item, 'to');
  if (part.value === undefined) {
    notes.mistake(item.path, 'to is missing: the channels that this route leads to');
    return [];
  }
  const to = parsePart(toShape, part, notes) ?? [];
  for (const name of to.filter((channel) => !channels.includes(channel))) {
    const hint = didYouMean(name, channels) || (channels.length === 0 ? '; there are none' : '');
    notes.mistake(part.path, `unknown channel ${name}${hint}`);
  }
  return to;
}

function readScopes(fields: Fields, path: Path, notes: Notes): readonly Scope[] | undefined {
  const scopes: Scope[] = fields.org === true ? [{ kind: 'org', id: '*' }] : [];
  for (const kind of BUDGET_SCOPES) {
    for (const id of fields[kind] ?? []) {
      if (id === '*') notes.mistake([...path, kind], `name each ${kind}; without the key a route is for all`);
      scopes.push({ kind, id });
    }
  }
  return scopes.length === 0 ? undefined : scopes;
}
