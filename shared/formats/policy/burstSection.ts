import { definedOnly } from '../../domain/definedOnly.ts';
import type { BurstRule } from '../../domain/policy/policy.ts';
import { burstName } from '../../domain/policy/ruleNames.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { burstAction } from './action.ts';
import { checkName } from './checkName.ts';
import type { Notes, Part, Sourced } from './notes.ts';
import { itemsOf, parsePart } from './parts.ts';
import { readTarget, TARGET_SHAPE } from './targetShape.ts';
import { identifier, message, parseSeconds, word } from './words.ts';

export const MAX_BURST_LIMIT = 1_000_000;
/** What is longer is a budget of requests, which costs nothing to count. */
export const MAX_WINDOW_SECONDS = 86_400;

const DEFAULT_BURST_ACTION = { kind: 'reject', status: 429 } as const;

/** `30 per 60s`, `30 requests per 1min`. */
const rate = word((text) => {
  const [, count, window = ''] = /^(\d{1,7})(?: requests?)? per (\d{1,5} ?[a-z]{1,3})$/.exec(text) ?? [];
  const limit = Number(count);
  const windowSeconds = parseSeconds(window) ?? 0;
  return limit >= 1 && limit <= MAX_BURST_LIMIT && windowSeconds >= 1 && windowSeconds <= MAX_WINDOW_SECONDS
    ? { value: { limit, windowSeconds } }
    : { problem: `${JSON.stringify(text)} is no rate such as 30 per 60s, with a window of a day at most` };
});

const burstShape = section({
  ...TARGET_SHAPE,
  id: identifier.optional(),
  limit: rate,
  do: burstAction.default(DEFAULT_BURST_ACTION),
  counting: choice(['shared', 'local'], 'counting').default('local'),
  say: message.optional(),
});

/** `bursts`: how many requests may come within seconds. */
export function readBursts(part: Part, notes: Notes): Sourced<BurstRule>[] {
  return itemsOf(part, notes).flatMap((item): Sourced<BurstRule>[] => {
    const fields = parsePart(burstShape, item, notes);
    const target = fields && readTarget(fields, item.path, notes);
    if (fields === undefined || target === undefined) return [];
    const { limit: wanted, do: action, counting, say } = fields;
    const id = fields.id ?? burstName({ target, ...wanted });
    if (fields.id === undefined) checkName(id, item.path, notes);
    const value = { id, target, ...wanted, action, counting, ...definedOnly({ message: say }) };
    return [{ value, path: item.path }];
  });
}
