import type { Alert } from '../../shared/domain/alerts/alert.ts';
import type { Delivery, SendOutcome } from '../../shared/domain/alerts/delivery.ts';
import { describeAlert } from '../../shared/domain/alerts/describeAlert.ts';
import { isOpenAlert } from '../../shared/domain/alerts/openAlert.ts';
import { alertText } from '../../shared/notify/alertText.ts';
import { headline, moreText } from '../../shared/notify/digest.ts';
import { cleanLine } from '../../shared/notify/plainText.ts';
import { columnsOf, wrapText } from '../../shared/notify/wrapText.ts';

/** What came of one try to send a sample. */
export type Try = Readonly<{ channel: string; receiver: string; outcome: SendOutcome }>;

const COLUMNS = 79;
const GAP = '  ';

export function formatAlertList(
  alerts: readonly Alert[],
  { top, now }: Readonly<{ top: number; now: Date }>,
): string {
  if (alerts.length === 0) return 'There are no such alerts.';
  const shown = alerts.slice(0, top).map((alert) => listed(alert, now));
  const more = alerts.length - shown.length;
  const rest = more > 0 ? [`${moreText(more)}: --top ${alerts.length} shows all`] : [];
  return [...shown, ...rest].join('\n\n');
}

function listed(alert: Alert, now: Date): string {
  const notice = describeAlert(alert);
  const { acknowledged, createdAt, id } = alert;
  const known = acknowledged && `${acknowledged.by} deals with it since ${shortTime(acknowledged.at)}`;
  const open = isOpenAlert(alert, now) ? ' · open' : '';
  const texts = [headline(notice), `${notice.summary}${open}`, ...(known === undefined ? [] : [known])];
  return entry(shortTime(createdAt), { texts, id });
}

/** Lines beside a time. An id is never broken: people copy it. */
function entry(time: string, { texts, id }: Readonly<{ texts: readonly string[]; id: string }>): string {
  const indent = columnsOf(time) + GAP.length;
  const lines = [...texts.flatMap((text) => wrapText(cleanLine(text), COLUMNS - indent)), cleanLine(id)];
  return lines.map((line, index) => `${(index === 0 ? time : '').padEnd(indent)}${line}`).join('\n');
}

/** One alert as its message has it, what people did about it, and what became of its deliveries. */
export function formatAlert(
  alert: Alert,
  { notes, deliveries }: Readonly<{ notes: readonly string[]; deliveries: readonly Delivery[] }>,
): string {
  const { createdAt, publishedAt } = alert;
  const published = publishedAt === undefined ? 'not published yet' : `published ${shortTime(publishedAt)}`;
  const sections = [
    [alertText(describeAlert(alert))],
    [`Made ${shortTime(createdAt)}, ${published} (UTC)`, ...notes.flatMap((note) => wrapped(note))],
    deliveries.length === 0
      ? ['No deliveries: the policy has no channel for it.']
      : ['Deliveries', ...deliveries.map(deliveryLines)],
  ];
  return sections.map((section) => section.join('\n')).join('\n\n');
}

function deliveryLines(delivery: Delivery): string {
  const { state, dueAt, endedAt, attempts, lastError, receipt } = delivery;
  const when = state === 'waiting' ? `due ${shortTime(dueAt)}` : shortTime(endedAt ?? dueAt);
  const tries = attempts === 0 ? '' : `, ${attempts === 1 ? '1 try' : `${attempts} tries`}`;
  const held = delivery.held !== undefined && state === 'waiting' ? `, held: ${HELD[delivery.held]}` : '';
  const named = receipt === undefined || receipt === '' ? '' : ` (${receipt})`;
  const head = `${placeOf(delivery)}: ${state} ${when}${tries}${held}${named}`;
  return [...wrapped(head), ...(lastError === undefined ? [] : wrapped(lastError, '    '))].join('\n');
}

const HELD: Readonly<Record<NonNullable<Delivery['held']>, string>> = {
  quietHours: 'quiet hours',
  digest: 'for a digest',
  maximum: 'enough for this hour',
  snoozed: 'snoozed',
};

/** Everything that is still to be told, and why it was not yet. */
export function formatWaiting(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 0) return 'Nothing waits to be delivered.';
  const entries = deliveries.map(
    (delivery) => `${deliveryLines(delivery)}\n    ${cleanLine(delivery.alertId)}`,
  );
  const counted = deliveries.length === 1 ? '1 delivery waits' : `${deliveries.length} deliveries wait`;
  return [`${counted} (times in UTC)`, ...entries].join('\n');
}

export function formatTries(tries: readonly Try[]): string {
  return tries.map(tryLines).join('\n');
}

function tryLines({ outcome, ...place }: Try): string {
  switch (outcome.kind) {
    case 'sent':
      return `${placeOf(place)}: sent${outcome.receipt === undefined ? '' : ` (${cleanLine(outcome.receipt)})`}`;
    case 'refused':
      return `${placeOf(place)}: refused\n${wrapped(outcome.error).join('\n')}`;
    case 'retry':
      return `${placeOf(place)}: not sent, a real alert would be tried again\n${wrapped(outcome.error).join('\n')}`;
    default:
      return outcome satisfies never;
  }
}

function placeOf({ channel, receiver }: Pick<Delivery, 'channel' | 'receiver'>): string {
  return cleanLine(receiver === '' ? channel : `${channel} to ${receiver}`);
}

function wrapped(text: string, indent = GAP): string[] {
  return wrapText(cleanLine(text), COLUMNS - indent.length).map((line) => `${indent}${line}`);
}

/** `2026-11-22 14:05`. */
function shortTime(instant: string): string {
  return instant.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ');
}
