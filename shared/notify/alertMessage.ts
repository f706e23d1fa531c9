import { z } from 'zod';
import { type Alert, alertSeverity, SEVERITIES, threadKey } from '../domain/alerts/alert.ts';
import { describeAlert } from '../domain/alerts/describeAlert.ts';
import { formatUsd, parseUsd } from '../domain/money.ts';
import { BUDGET_SCOPES } from '../domain/policy/policy.ts';
import { alertFigures, alertFiguresSchema } from './alertFigures.ts';
import { headline } from './digest.ts';
import { liteLlmFields, liteLlmSchema, teamOf } from './liteLlmFields.ts';

const text = z.string();
const usd = text.refine((value) => parseUsd(value) !== undefined, 'no decimal amount');

const envelopeSchema = z.object({
  /** The same in every repeat, so receivers can drop them. */
  alertId: text,
  /** `YYYY-MM` under which the alert is kept. */
  month: text,
  /** The same in all messages that belong together. */
  thread: text,
  severity: z.enum(SEVERITIES),
  scope: z.enum(['org', ...BUDGET_SCOPES]),
  /** `*` for the organisation. */
  scopeId: text,
  team: text.exactOptional(),
  /** One line of figures for people. */
  summary: text,
  owner: text.exactOptional(),
  drivers: z.array(
    z.object({
      dimension: z.enum(['team', 'user', 'model', 'project', 'operation']),
      id: text,
      costUsd: usd,
    }),
  ),
  createdAt: z.iso.datetime(),
  ...liteLlmSchema.shape,
});

/** What is published about an alert: whom it is about, LiteLLM's fields, and the figures of its rule. */
export const alertMessageSchema = envelopeSchema.and(alertFiguresSchema);

export type AlertMessage = Readonly<z.infer<typeof alertMessageSchema>>;

export function makeAlertMessage(alert: Alert): AlertMessage {
  const { subject, facts } = alert;
  const notice = describeAlert(alert);
  const team = teamOf(subject);
  return {
    alertId: alert.id,
    month: subject.month,
    thread: threadKey(subject),
    severity: alertSeverity(alert),
    scope: subject.scopeKind,
    scopeId: subject.scopeId,
    ...(team === undefined ? {} : { team }),
    summary: notice.summary,
    ...(facts?.owner === undefined ? {} : { owner: facts.owner }),
    drivers: (facts?.drivers ?? []).map(({ dimension, id, costPicoUsd }) => ({
      ...{ dimension, id },
      costUsd: formatUsd(costPicoUsd),
    })),
    createdAt: alert.createdAt,
    ...liteLlmFields(alert, headline(notice)),
    ...alertFigures(subject),
  };
}
