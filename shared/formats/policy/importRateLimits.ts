import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import { DEFAULT_THROTTLE_MS, PLAIN_RUNG } from '../../domain/policy/ladderPresets.ts';
import {
  type BudgetRule,
  type BurstRule,
  DEFAULT_COUNTED,
  type Rung,
  type RungAction,
  type Target,
} from '../../domain/policy/policy.ts';
import { budgetName, burstName } from '../../domain/policy/ruleNames.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { MAX_DELAY_MS } from './action.ts';
import { MAX_BURST_LIMIT, MAX_WINDOW_SECONDS } from './burstSection.ts';
import { type Draft, EMPTY_DRAFT } from './draft.ts';
import { bareCount, bareNumber, fraction, presentModel } from './importedWords.ts';
import type { Notes, Part, Path, Sourced } from './notes.ts';
import { childOf, parsePart } from './parts.ts';
import { header, identifier, message, word } from './words.ts';

/** Reads `rate_limits` as gateways write it: budgets of tokens by day, in rungs, and bursts. */

const statusCode = word((text) => {
  if (text === '429') return { value: 429 as const };
  return text === '403'
    ? { value: 403 as const }
    : { problem: `a request is refused with 429 or 403, not with ${JSON.stringify(text)}` };
});

const tier = section({
  threshold: fraction,
  action: choice(['warn', 'throttle', 'reject', 'notify_team_lead'], 'action'),
  message: message.optional(),
  response_header: header.optional(),
  delay_ms: bareNumber(MAX_DELAY_MS).optional(),
  status_code: statusCode.optional(),
});

const tiers = z.array(tier).min(1);
/** What requests are counted by. There is one for each limit, so "unknown key" would read as one of the map's. */
function countedBy<const Key extends string>(key: Key) {
  return z
    .literal(key, { error: ({ input }) => `${JSON.stringify(input)} cannot be counted by; write ${key}` })
    .default(key);
}

const userKey = countedBy('user_id');
const teamKey = countedBy('team_id');
const DAY_SECONDS = '86400';
const dayWindow = word((text) =>
  text === DAY_SECONDS
    ? { value: text }
    : { problem: `a daily limit has a window of ${DAY_SECONDS} seconds` },
).default(DAY_SECONDS);

const rateLimits = section({
  per_user_daily: section({ key: userKey, tiers, budgets: z.record(identifier, bareCount) }).optional(),
  per_user_burst: section({
    limit: bareNumber(MAX_BURST_LIMIT),
    window: bareNumber(MAX_WINDOW_SECONDS),
    key: userKey,
    action: choice(['warn', 'throttle', 'reject'], 'action'),
  }).optional(),
  per_team_daily: section({ limit: bareCount, window: dayWindow, key: teamKey, tiers }).optional(),
});

const RENAMED = new Map([
  ['ladder', 'tiers'],
  ['at', 'threshold'],
  ['day', 'limit'],
]);
const EACH_USER: Target = { kind: 'each', scope: 'user' };
const EACH_TEAM: Target = { kind: 'each', scope: 'team' };

export function importRateLimits(part: Part, notes: Notes): Draft {
  const parsed = parsePart(rateLimits, part, notes);
  if (parsed === undefined) return EMPTY_DRAFT;
  const { per_user_daily: user, per_user_burst: burst, per_team_daily: team } = parsed;
  const budgets: Sourced<BudgetRule>[] = [];
  if (user !== undefined) {
    const path = [...part.path, 'per_user_daily'];
    const ladder = user.tiers.map(readRung);
    for (const [name, tokens] of Object.entries(user.budgets)) {
      const place = [...path, 'budgets', name];
      const modelFamily = presentModel(name, place, notes);
      budgets.push(tokensByDay({ target: EACH_USER, tokens, ladder, modelFamily }, path));
    }
  }
  if (team !== undefined) {
    const ladder = team.tiers.map(readRung);
    budgets.push(
      tokensByDay({ target: EACH_TEAM, tokens: team.limit, ladder }, [...part.path, 'per_team_daily']),
    );
  }
  const bursts = burst === undefined ? [] : [readBurst(burst, childOf(part, 'per_user_burst').path)];
  return { ...EMPTY_DRAFT, budgets, bursts };
}

type Wanted = Readonly<{ target: Target; tokens: bigint; ladder: readonly Rung[]; modelFamily?: string }>;

function tokensByDay({ target, tokens, ladder, modelFamily }: Wanted, path: Path): Sourced<BudgetRule> {
  const rule = {
    target,
    period: { unit: 'day', timeZone: 'UTC' },
    limit: { measure: 'tokens', amount: tokens, counted: DEFAULT_COUNTED },
    filter: definedOnly({ modelFamily }),
  } as const;
  return { value: { id: budgetName(rule), ...rule, ladder, isHard: false }, path, renamed: RENAMED };
}

function readRung(fields: z.infer<typeof tier>): Rung {
  const { threshold, action, message: text, response_header, delay_ms, status_code } = fields;
  return {
    ...PLAIN_RUNG,
    percent: threshold,
    action: readAction(action, { delay_ms, status_code }),
    ...definedOnly({ message: text, header: response_header }),
    notify: action === 'notify_team_lead' ? ['lead'] : [],
  };
}

function readAction(
  action: z.infer<typeof tier>['action'],
  { delay_ms, status_code }: Pick<z.infer<typeof tier>, 'delay_ms' | 'status_code'>,
): RungAction {
  switch (action) {
    case 'warn':
      return { kind: 'warn' };
    case 'notify_team_lead':
      return { kind: 'notify' };
    case 'throttle':
      return { kind: 'throttle', delayMs: delay_ms ?? DEFAULT_THROTTLE_MS };
    case 'reject':
      return { kind: 'reject', status: status_code ?? 429 };
    default:
      return action satisfies never;
  }
}

type Burst = NonNullable<z.infer<typeof rateLimits>['per_user_burst']>;

function readBurst({ limit, window, action }: Burst, path: Path): Sourced<BurstRule> {
  const actions = {
    warn: { kind: 'warn' },
    throttle: { kind: 'throttle', delayMs: DEFAULT_THROTTLE_MS },
    reject: { kind: 'reject', status: 429 },
  } as const;
  const rule = { target: EACH_USER, limit, windowSeconds: window };
  return { value: { id: burstName(rule), ...rule, action: actions[action], counting: 'local' }, path };
}
