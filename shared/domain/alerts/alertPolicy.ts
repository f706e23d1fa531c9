import type { BUDGET_SCOPES, Policy } from '../policy/policy.ts';
import type { AlertRule, AlertSeverity } from './alert.ts';

/** Which things besides crossings of budgets are worth an alert, and from where on. */
export type AlertRules = Readonly<{
  /** A budget that will be spent before its period ends; looked at once this share of the period is over. */
  projection: Readonly<{ isOn: boolean; fromPercentOfPeriod: number }>;
  /** Notices that a budget's period, a breaker's day or a silence is over. */
  resolved: boolean;
  breaker: boolean;
  unpricedModel: boolean;
  drift: boolean;
  /** A user's UTC day; absent: no alert. */
  highSpendPicoUsd?: bigint;
  expensiveRequestPicoUsd?: bigint;
  /** So much within so many minutes, of the organisation as one or of each team. */
  burns: readonly Readonly<{ scope: 'org' | 'team'; amountPicoUsd: bigint; windowMinutes: number }>[];
  /** More answers of status 429 to one user within an hour. */
  throttledPerHour?: number;
  /** No line for so long from a log group that normally sends at this time. */
  silenceMinutes?: number;
}>;

/** Hours in which a channel is left in peace; what comes is told at their end. */
export type QuietHours = Readonly<{
  timeZone: string;
  /** 1 is Monday, 7 Sunday: the days on which a quiet time begins. */
  days: readonly number[];
  /** Minutes since midnight; an end before the start is on the next day. */
  startMinute: number;
  endMinute: number;
  /** From this severity on a message goes all the same. */
  exceptFrom: AlertSeverity;
}>;

/** Messages up to this severity are gathered and told together. */
export type Digest = Readonly<{
  upTo: AlertSeverity;
  /** Every so many whole hours, from midnight of the zone on; 24 is once a day, at `atMinute`. */
  everyHours: number;
  atMinute: number;
  timeZone: string;
}>;

/** `audience` is whoever a rung of a ladder says is to be told, and the approvers of what is asked for. */
export type Recipient = Readonly<{ kind: 'audience' }> | Readonly<{ kind: 'address'; address: string }>;

export type ChannelTarget =
  /** An incoming webhook: the secret is its address. */
  | Readonly<{ kind: 'slackWebhook'; secret: string }>
  /** A bot's token; `conversation` is a channel's id, or `audience`: a direct message to each of these. */
  | Readonly<{ kind: 'slackBot'; secret: string; conversation: string }>
  /** JSON by POST over HTTPS, signed with the secret. */
  | Readonly<{ kind: 'webhook'; url: string; secret: string }>
  | Readonly<{ kind: 'email'; from: string; to: readonly Recipient[] }>
  /** Amazon Q Developer in chat applications, through a topic that it is subscribed to. */
  | Readonly<{ kind: 'amazonQ'; topicArn: string }>;

export type AlertChannel = Readonly<{
  /** Unique, stable: deliveries refer to it. */
  name: string;
  target: ChannelTarget;
  /** What comes beyond it within a UTC hour is told together at its end. */
  maxPerHour: number;
  quietHours?: QuietHours;
  digest?: Digest;
}>;

/** Which alerts go to which channels: every condition that is there must hold. All routes that match count. */
export type AlertRoute = Readonly<{
  to: readonly string[];
  severities?: readonly AlertSeverity[];
  rules?: readonly AlertRule[];
  scopes?: readonly Readonly<{ kind: 'org' | (typeof BUDGET_SCOPES)[number]; id: string }>[];
}>;

/** How a person is reached. */
export type Contact = Readonly<{
  email?: string;
  /** Slack's id of the person, such as `U012AB3CD`. */
  slack?: string;
}>;

/** Who answers for a scope; `email` and `slack` (a channel's id) are those of all of it together. */
export type ScopeContacts = Readonly<{
  lead?: string;
  deputies: readonly string[];
  managers: readonly string[];
  email?: string;
  slack?: string;
  /** Business unit above a team: told when the team has nobody who can be reached. */
  businessUnit?: string;
}>;

export type AlertPolicy = Readonly<{
  rules: AlertRules;
  channels: readonly AlertChannel[];
  /** Without any, everything goes to all channels. */
  routes: readonly AlertRoute[];
  people: Readonly<Record<string, Contact>>;
  teams: Readonly<Record<string, ScopeContacts>>;
  businessUnits: Readonly<Record<string, ScopeContacts>>;
  /** Where people look at costs, for the button `View`; absent: no such button. */
  viewUrl?: string;
}>;

const PICO_USD_PER_USD = 1_000_000_000_000n;

/** What holds where a policy says nothing of alerts: an engineer's day of 50 USD is worth a look. */
export const DEFAULT_ALERT_RULES: AlertRules = {
  projection: { isOn: true, fromPercentOfPeriod: 10 },
  resolved: true,
  breaker: true,
  unpricedModel: true,
  drift: true,
  highSpendPicoUsd: 50n * PICO_USD_PER_USD,
  burns: [],
};

export const DEFAULT_MAX_PER_HOUR = 20;

export const DEFAULT_ALERT_POLICY: AlertPolicy = {
  rules: DEFAULT_ALERT_RULES,
  channels: [],
  routes: [],
  people: {},
  teams: {},
  businessUnits: {},
};

/** The rules by which things are worth an alert, whether a policy states them or not. */
export function alertRulesOf({ alerts }: Pick<Policy, 'alerts'>): AlertRules {
  return (alerts ?? DEFAULT_ALERT_POLICY).rules;
}
