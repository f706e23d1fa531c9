import { z } from 'zod';
import { type AlertRules, DEFAULT_ALERT_RULES } from '../../domain/alerts/alertPolicy.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { section } from '../../pricing/strictShape.ts';
import { minutes, minutesOrOff, moneyOrOff, numberOrOff, onOff } from './alertWords.ts';
import type { Notes, Part } from './notes.ts';
import { childOf, itemsOf, parsePart } from './parts.ts';
import { flag, money, wholePercent, word } from './words.ts';

export const MAX_BURNS = 20;
export const MAX_BURN_MINUTES = 60;
export const MAX_THROTTLED_PER_HOUR = 100_000;
/** Logs may take a few minutes to arrive, so less would be an alert for nothing. */
export const MIN_SILENCE_MINUTES = 5;
export const MAX_SILENCE_MINUTES = 1_440;

const DEFAULT_FROM = DEFAULT_ALERT_RULES.projection.fromPercentOfPeriod;

const projection = z.union([
  section({ from: wholePercent(1) }).transform(({ from }) => ({ isOn: true, fromPercentOfPeriod: from })),
  onOff.transform((isOn) => ({ isOn, fromPercentOfPeriod: DEFAULT_FROM })),
]);

const rulesShape = section({
  projection: projection.default(DEFAULT_ALERT_RULES.projection),
  resolved: onOff.default(DEFAULT_ALERT_RULES.resolved),
  breaker: onOff.default(DEFAULT_ALERT_RULES.breaker),
  unpricedModel: onOff.default(DEFAULT_ALERT_RULES.unpricedModel),
  drift: onOff.default(DEFAULT_ALERT_RULES.drift),
  highSpend: moneyOrOff.optional(),
  expensiveRequest: moneyOrOff.optional(),
  burn: z.unknown().optional(),
  throttled: numberOrOff(1, MAX_THROTTLED_PER_HOUR).optional(),
  silence: minutesOrOff(MIN_SILENCE_MINUTES, MAX_SILENCE_MINUTES).optional(),
});

const eachTeam = word((text) =>
  text === '*'
    ? { value: text }
    : { problem: 'teams are watched each for itself and all alike; write team: "*"' },
);

const burnShape = section({
  org: flag.optional(),
  team: eachTeam.optional(),
  spend: money,
  within: minutes(1, MAX_BURN_MINUTES),
});

type Burn = AlertRules['burns'][number];

/** `alerts.rules`: what besides crossings of budgets is worth an alert. What is not written is the default. */
export function readAlertRules(part: Part, notes: Notes): AlertRules {
  const burns = readBurns(childOf(part, 'burn'), notes);
  const isEmpty = part.value === undefined || part.value === '';
  const fields = parsePart(rulesShape, isEmpty ? { ...part, value: {} } : part, notes);
  if (fields === undefined) return DEFAULT_ALERT_RULES;
  const { projection: pace, resolved, breaker, unpricedModel, drift } = fields;
  const amounts = definedOnly({
    highSpendPicoUsd: orDefault(fields.highSpend, DEFAULT_ALERT_RULES.highSpendPicoUsd),
    expensiveRequestPicoUsd: orDefault(fields.expensiveRequest, DEFAULT_ALERT_RULES.expensiveRequestPicoUsd),
    throttledPerHour: orDefault(fields.throttled, DEFAULT_ALERT_RULES.throttledPerHour),
    silenceMinutes: orDefault(fields.silence, DEFAULT_ALERT_RULES.silenceMinutes),
  });
  return { projection: pace, resolved, breaker, unpricedModel, drift, ...amounts, burns };
}

function orDefault<T>(written: T | 'off' | undefined, byDefault: T | undefined): T | undefined {
  if (written === 'off') return undefined;
  return written ?? byDefault;
}

function readBurns(part: Part, notes: Notes): Burn[] {
  if (part.value === 'off') return [];
  const items = itemsOf(part, notes);
  const surplus = items[MAX_BURNS];
  if (surplus !== undefined) notes.mistake(surplus.path, `there are more than ${MAX_BURNS} burns`);
  const known = new Set<string>();
  return items.slice(0, MAX_BURNS).flatMap((item): Burn[] => {
    const fields = parsePart(burnShape, item, notes);
    if (fields === undefined) return [];
    const isOrg = fields.org === true;
    if (isOrg === (fields.team !== undefined)) {
      notes.mistake(item.path, 'a burn is of org: true or of team: "*"');
      return [];
    }
    const scope = isOrg ? 'org' : 'team';
    const name = `${scope} ${fields.within}`;
    if (known.has(name)) notes.mistake(item.path, 'there is a burn of the same scope and time already');
    known.add(name);
    return [{ scope, amountPicoUsd: fields.spend, windowMinutes: fields.within }];
  });
}
