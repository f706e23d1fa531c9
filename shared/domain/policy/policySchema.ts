import * as z from 'zod';
import { alertPolicySchema } from '../alerts/alertPolicySchema.ts';
import { TOKEN_CLASSES } from '../tokens.ts';
import { isTimeZone } from '../zone.ts';
import { COMPLEXITIES } from './modelChoice.ts';
import { BUDGET_SCOPES, PERIOD_UNITS, type Policy } from './policy.ts';
import { amountText, idText } from './wireText.ts';

/**
 * A policy as it travels in JSON: the type itself, with amounts as decimal text. What people write is read
 * elsewhere; this is between our own processes, so it is strict and its messages are for operators.
 */

const MAX_RULES = 20_000;

const limitText = amountText.refine((amount) => amount >= 0n, 'is negative');
const count = z.int().nonnegative();
const timeZone = z.string().refine(isTimeZone, 'is no time zone that this machine knows');

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('org') }),
  z.strictObject({ kind: z.literal('one'), scope: z.enum(BUDGET_SCOPES), id: idText }),
  z.strictObject({ kind: z.literal('each'), scope: z.enum(BUDGET_SCOPES) }),
  z.strictObject({ kind: z.literal('tier'), id: idText }),
  z.strictObject({ kind: z.literal('role'), id: idText }),
]);

const limit = z.discriminatedUnion('measure', [
  z.strictObject({ measure: z.enum(['usd', 'requests']), amount: limitText }),
  z.strictObject({
    measure: z.literal('tokens'),
    amount: limitText,
    counted: z.array(z.enum(TOKEN_CLASSES)),
  }),
]);

const warn = z.strictObject({ kind: z.literal('warn') });
const throttle = z.strictObject({ kind: z.literal('throttle'), delayMs: count });
const reject = z.strictObject({ kind: z.literal('reject'), status: z.literal([429, 403]) });

const rung = z.strictObject({
  percent: count,
  action: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('notify') }),
    warn,
    throttle,
    reject,
    z.strictObject({ kind: z.literal('restrict'), graceHours: z.number().nonnegative() }),
  ]),
  message: z.string().exactOptional(),
  header: z.strictObject({ name: z.string(), value: z.string() }).exactOptional(),
  notify: z.array(z.enum(['lead', 'managers', 'approvers'])),
  raisesMonitoring: z.boolean(),
});

const budget = z.strictObject({
  id: idText,
  target,
  period: z.strictObject({ unit: z.enum(PERIOD_UNITS), timeZone }),
  limit,
  filter: z.strictObject({
    modelFamily: z.string().exactOptional(),
    operation: z.string().exactOptional(),
    entrypoint: z.string().exactOptional(),
  }),
  ladder: z.array(rung),
  isHard: z.boolean(),
});

const burst = z.strictObject({
  id: idText,
  target,
  limit: count,
  windowSeconds: z.int().positive(),
  action: z.discriminatedUnion('kind', [warn, throttle, reject]),
  counting: z.enum(['shared', 'local']),
  message: z.string().exactOptional(),
});

const models = z.array(z.string());

const access = z.strictObject({
  target,
  entries: z.array(
    z.strictObject({
      models,
      users: z.array(z.string()).exactOptional(),
      roles: z.array(z.string()).exactOptional(),
    }),
  ),
});

const hours = z.strictObject({
  id: idText,
  target,
  models,
  timeZone,
  days: z.array(z.int().min(1).max(7)),
  startMinute: z.int().min(0).max(1_440),
  endMinute: z.int().min(0).max(1_440),
  holidays: z.array(z.iso.date()),
  message: z.string().exactOptional(),
});

/** Patterns are not compiled here: their language is for those who read policy files or match prompts. */
const routingTarget = { model: z.string(), maxTokens: z.int().positive() };
const routing = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        pattern: z.string().exactOptional(),
        operation: z.string().exactOptional(),
        entrypoint: z.string().exactOptional(),
        complexity: z.enum(COMPLEXITIES).exactOptional(),
        maxPromptTokens: count.exactOptional(),
        ...routingTarget,
      }),
    )
    .max(MAX_RULES),
  fallback: z.strictObject(routingTarget).exactOptional(),
});

export const policySchema: z.ZodType<Policy> = z.strictObject({
  budgets: z.array(budget).max(MAX_RULES),
  bursts: z.array(burst).max(MAX_RULES),
  access: z.array(access).max(MAX_RULES),
  scrutiny: z.array(z.strictObject({ models, percentOfThreshold: z.number().nonnegative() })).max(MAX_RULES),
  hours: z.array(hours).max(MAX_RULES),
  breaker: z.strictObject({ emergencyPicoUsd: limitText, openPicoUsd: limitText, timeZone }).exactOptional(),
  routing: routing.exactOptional(),
  overflow: z.strictObject({
    autoPercent: z.number().nonnegative(),
    approvers: z.array(z.string()),
    maxDays: z.number().nonnegative(),
  }),
  withoutBudget: z.enum(['allow', 'deny']),
  failure: z.strictObject({ mode: z.enum(['open', 'closed']), maxAgeSeconds: z.number().nonnegative() }),
  alerts: alertPolicySchema.exactOptional(),
});

/** A policy as JSON, for `policySchema` to take back. */
export function encodePolicy(policy: Policy): unknown {
  return JSON.parse(
    JSON.stringify(policy, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}
