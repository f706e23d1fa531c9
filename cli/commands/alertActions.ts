import { LocalError } from '../../infra/local/localError.ts';
import { type Alert, threadKey } from '../../shared/domain/alerts/alert.ts';
import type { Snooze } from '../../shared/domain/alerts/delivery.ts';
import type { Ledger, LedgerOptions } from '../openLedger.ts';
import { minuteText } from '../output/amount.ts';
import { printable } from '../output/table.ts';
import { findAlert } from './findAlert.ts';
import { printFromLedger } from './withLedger.ts';

type AckOptions = LedgerOptions & Readonly<{ by: string; json?: boolean }>;
type SnoozeOptions = AckOptions & Readonly<{ for?: string; untilReset?: boolean }>;

/** `tollbook alerts ack`: the first who deals with an alert is kept. */
export async function ackCommand(text: string, options: AckOptions): Promise<void> {
  await printFromLedger(options, async (ledger) => {
    const { alerts } = ledger.stores;
    const now = new Date();
    const { id, subject } = await findAlert(text, ledger.stores, now);
    const by = await keptName(options.by, ledger);
    const outcome = await alerts.acknowledge(subject.month, id, { by, at: now.toISOString() });
    const kept = (await alerts.find(subject.month, id))?.acknowledged;
    if (options.json === true) return JSON.stringify({ alertId: id, outcome, acknowledged: kept });
    const since = kept === undefined ? '' : ` since ${minuteText(Date.parse(kept.at))} UTC`;
    const already = outcome === 'known' ? ' already' : '';
    return `${printable(kept?.by ?? by)} deals with it${already}${since}:\n  ${printable(id)}`;
  });
}

/** `tollbook alerts snooze`: for a while, after which what came is told; or until the reset, which drops it. */
export async function snoozeCommand(text: string, options: SnoozeOptions): Promise<void> {
  const now = new Date();
  const spanMs = options.for === undefined ? undefined : readSpan(options.for);
  if (spanMs === undefined && options.untilReset !== true) {
    throw new LocalError('usage', 'say how long: --for 24h, or --until-reset');
  }
  await printFromLedger(options, async (ledger) => {
    const alert = await findAlert(text, ledger.stores, now);
    const until = spanMs === undefined ? resetOf(alert, now) : new Date(now.getTime() + spanMs).toISOString();
    const snooze: Snooze = {
      thread: threadKey(alert.subject),
      kind: spanMs === undefined ? 'mute' : 'snooze',
      ...{ until, by: await keptName(options.by, ledger) },
    };
    await ledger.stores.deliveries.snooze(snooze);
    return options.json === true ? JSON.stringify(snooze) : snoozeText(snooze);
  });
}

function snoozeText({ thread, kind, until }: Snooze): string {
  const end = `${minuteText(Date.parse(until))} UTC`;
  const what =
    kind === 'mute'
      ? `Muted until ${end}; what comes before is not told at all.`
      : `Snoozed until ${end}; what comes before is told then.`;
  return `${what}\n  ${printable(thread)}`;
}

function resetOf({ subject }: Alert, now: Date): string {
  const resetAt = 'resetAt' in subject ? subject.resetAt : undefined;
  if (resetAt === undefined) {
    throw new LocalError('usage', `an alert of ${subject.rule} has no reset: say --for 24h`);
  }
  if (Date.parse(resetAt) <= now.getTime()) {
    throw new LocalError('usage', `its period is over since ${minuteText(Date.parse(resetAt))} UTC`);
  }
  return resetAt;
}

const SPAN = /^([1-9]\d{0,4})([mhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_SPAN_MS = 366 * 86_400_000;

function readSpan(text: string): number {
  const [, count = '', unit = ''] = SPAN.exec(text) ?? [];
  const spanMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (spanMs > 0 && spanMs <= MAX_SPAN_MS) return spanMs;
  throw new LocalError('usage', `--for ${text}: give a span as 30m, 24h or 7d, a year at most`);
}

/** People are kept under other names in a ledger of pseudonyms. */
async function keptName(name: string, ledger: Ledger): Promise<string> {
  const pseudonymOf = await ledger.pseudonyms();
  return pseudonymOf === undefined ? name : pseudonymOf(name);
}
