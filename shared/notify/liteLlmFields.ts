import { z } from 'zod';
import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import { formatUsd } from '../domain/money.ts';
import { wallTimeAt } from '../domain/zone.ts';

const textOrNull = z.string().nullable();

/**
 * The fields of LiteLLM's budget webhook (docs.litellm.ai/docs/proxy/alerting), so that what was written for it
 * reads ours. Money is an exact decimal text where LiteLLM sends a float; what an alert has not is null.
 */
export const liteLlmSchema = z.object({
  spend: textOrNull,
  max_budget: textOrNull,
  user_id: textOrNull,
  team_id: textOrNull,
  user_email: textOrNull,
  /** The ledger knows people, not keys. */
  key_alias: z.null(),
  /** `YYYY-MM-DD` on the clocks of the budget. */
  projected_exceeded_date: textOrNull,
  projected_spend: textOrNull,
  event: z.string(),
  event_group: z.string(),
  event_message: z.string(),
});

export type LiteLlmFields = z.infer<typeof liteLlmSchema>;

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

export function liteLlmFields(alert: Alert, event_message: string): LiteLlmFields {
  const { subject } = alert;
  const userId = subject.scopeKind === 'user' ? subject.scopeId : null;
  return {
    ...spending(subject),
    user_id: userId,
    team_id: teamOf(subject) ?? null,
    user_email: userId !== null && ADDRESS.test(userId) ? userId : null,
    key_alias: null,
    ...projection(alert),
    event: eventOf(subject),
    event_group: groupOf(subject),
    event_message,
  };
}

/** The team that an alert is about, where it is about one. */
export function teamOf(subject: AlertSubject): string | undefined {
  if (subject.rule === 'expensiveRequest') return subject.team;
  return subject.scopeKind === 'team' ? subject.scopeId : undefined;
}

function spending(subject: AlertSubject): Pick<LiteLlmFields, 'spend' | 'max_budget'> {
  const [spent, limit] = spentOf(subject);
  return {
    spend: spent === undefined ? null : formatUsd(spent),
    max_budget: limit === undefined ? null : formatUsd(limit),
  };
}

function spentOf(subject: AlertSubject): [spent?: bigint, limit?: bigint] {
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
      return subject.measure === 'usd' ? [subject.used, subject.limit] : [];
    case 'breaker':
    case 'highSpend':
    case 'burn':
      return [subject.usedPicoUsd, subject.limitPicoUsd];
    case 'expensiveRequest':
      return [subject.costPicoUsd, subject.limitPicoUsd];
    case 'throttled':
    case 'unpricedModel':
    case 'silence':
    case 'resumed':
    case 'drift':
    case 'increase':
      return [];
    default:
      return subject satisfies never;
  }
}

type Projection = Pick<LiteLlmFields, 'projected_exceeded_date' | 'projected_spend'>;

function projection({ subject, facts }: Alert): Projection {
  const isProjection = subject.rule === 'projection';
  if (!isProjection && subject.rule !== 'budget')
    return { projected_exceeded_date: null, projected_spend: null };
  const exhaustedAt = isProjection ? subject.exhaustedAt : facts?.exhaustedAt;
  const projected = isProjection ? subject.projected : facts?.projected;
  const { timeZone } = subject.period;
  return {
    projected_exceeded_date:
      exhaustedAt === undefined ? null : wallTimeAt(timeZone, Date.parse(exhaustedAt)).day,
    projected_spend: projected === undefined || subject.measure !== 'usd' ? null : formatUsd(projected),
  };
}

/** LiteLLM's name of what happened where it has one, else the rule's. */
function eventOf(subject: AlertSubject): string {
  if (subject.rule === 'budget') return subject.threshold >= 100 ? 'budget_crossed' : 'threshold_crossed';
  return subject.rule === 'projection' ? 'projected_limit_exceeded' : subject.rule;
}

/** LiteLLM's name of a kind of scope where it has one, else ours. */
function groupOf({ scopeKind }: AlertSubject): string {
  if (scopeKind === 'org') return 'proxy';
  return scopeKind === 'user' ? 'internal_user' : scopeKind;
}
