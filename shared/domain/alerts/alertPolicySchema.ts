import * as z from 'zod';
import { BUDGET_SCOPES } from '../policy/policy.ts';
import { amountText, idText } from '../policy/wireText.ts';
import { isTimeZone } from '../zone.ts';
import { ALERT_RULES, SEVERITIES } from './alert.ts';
import type { AlertPolicy } from './alertPolicy.ts';

/** An alert policy as it travels in JSON: the type itself, with amounts of money as decimal text. */

const MAX_ENTRIES = 20_000;

const timeZone = z.string().refine(isTimeZone, 'is no time zone that this machine knows');
const minuteOfDay = z.int().min(0).max(1_440);
const severity = z.enum(SEVERITIES);
const count = z.int().positive();
const text = z.string().min(1);

const rules = z.strictObject({
  projection: z.strictObject({ isOn: z.boolean(), fromPercentOfPeriod: z.int().min(0).max(100) }),
  resolved: z.boolean(),
  breaker: z.boolean(),
  unpricedModel: z.boolean(),
  drift: z.boolean(),
  highSpendPicoUsd: amountText.exactOptional(),
  expensiveRequestPicoUsd: amountText.exactOptional(),
  burns: z.array(
    z.strictObject({ scope: z.enum(['org', 'team']), amountPicoUsd: amountText, windowMinutes: count }),
  ),
  throttledPerHour: count.exactOptional(),
  silenceMinutes: count.exactOptional(),
});

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slackWebhook'), secret: text }),
  z.strictObject({ kind: z.literal('slackBot'), secret: text, conversation: text }),
  z.strictObject({ kind: z.literal('webhook'), url: text, secret: text }),
  z.strictObject({
    kind: z.literal('email'),
    from: text,
    to: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('audience') }),
        z.strictObject({ kind: z.literal('address'), address: text }),
      ]),
    ),
  }),
  z.strictObject({ kind: z.literal('amazonQ'), topicArn: text }),
]);

const channel = z.strictObject({
  name: idText,
  target,
  maxPerHour: count,
  quietHours: z
    .strictObject({
      timeZone,
      days: z.array(z.int().min(1).max(7)),
      startMinute: minuteOfDay,
      endMinute: minuteOfDay,
      exceptFrom: severity,
    })
    .exactOptional(),
  digest: z
    .strictObject({
      upTo: severity,
      everyHours: z.int().min(1).max(24),
      atMinute: minuteOfDay,
      timeZone,
    })
    .exactOptional(),
});

const route = z.strictObject({
  to: z.array(idText),
  severities: z.array(severity).exactOptional(),
  rules: z.array(z.enum(ALERT_RULES)).exactOptional(),
  scopes: z.array(z.strictObject({ kind: z.enum(['org', ...BUDGET_SCOPES]), id: idText })).exactOptional(),
});

const people = z.array(idText);
const scopeContacts = z.strictObject({
  lead: idText.exactOptional(),
  deputies: people,
  managers: people,
  email: text.exactOptional(),
  slack: text.exactOptional(),
  businessUnit: idText.exactOptional(),
});

export const alertPolicySchema: z.ZodType<AlertPolicy> = z.strictObject({
  rules,
  channels: z.array(channel).max(MAX_ENTRIES),
  routes: z.array(route).max(MAX_ENTRIES),
  people: z.record(idText, z.strictObject({ email: text.exactOptional(), slack: text.exactOptional() })),
  teams: z.record(idText, scopeContacts),
  businessUnits: z.record(idText, scopeContacts),
  viewUrl: text.exactOptional(),
});
