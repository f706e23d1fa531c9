import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { isUnusuallySilent, type LogSender, noteLine } from '../domain/alerts/logSender.ts';
import { monthOfDay, toDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { FoundLogSender, LogSenderStore } from './logSenderStore.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';

const MINUTE_MS = 60_000;
const TRIES = 5;
const MAX_NOTED = 10_000;

/** By store, when a process last noted each log group. */
const noted = new WeakMap<LogSenderStore, Map<string, number>>();

/**
 * Notes that a log group has sent, once a minute in each process, where somebody wants to hear of its silence. A
 * note that others keep getting ahead of is given up: theirs says the same.
 */
export async function noteSender(
  logGroup: string,
  policy: Policy,
  { logSenders, now }: Readonly<{ logSenders: LogSenderStore; now: Date }>,
): Promise<void> {
  if (alertRulesOf(policy).silenceMinutes === undefined) return;
  const known = noted.get(logSenders) ?? new Map<string, number>();
  noted.set(logSenders, known);
  const nowMs = now.getTime();
  const ageMs = nowMs - (known.get(logGroup) ?? Number.NEGATIVE_INFINITY);
  if (ageMs >= 0 && ageMs < MINUTE_MS) return;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await logSenders.find(logGroup);
    const sender = noteLine(logGroup, found?.sender, nowMs);
    if ((await logSenders.put({ sender, n: found?.n ?? 0 })) === 'written') break;
  }
  if (known.size >= MAX_NOTED) known.clear();
  known.set(logGroup, nowMs);
}

export type SweepSendersDependencies = RaiseDependencies & Readonly<{ logSenders: LogSenderStore }>;

/**
 * Tells of log groups that are silent at a time at which they normally send, and once more when they send again.
 * Without the rule nothing is read. The alert comes before the mark of it: a death in between finds it known.
 */
export async function sweepSenders(policy: Policy, dependencies: SweepSendersDependencies): Promise<Alert[]> {
  const { silenceMinutes } = alertRulesOf(policy);
  if (silenceMinutes === undefined) return [];
  const alerts: Alert[] = [];
  for (const found of await dependencies.logSenders.all()) {
    const alert = await judgeSender(found, { policy, silenceMinutes }, dependencies);
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}

type SilenceRule = Readonly<{ policy: Policy; silenceMinutes: number }>;

async function judgeSender(
  { sender, n }: FoundLogSender,
  { policy, silenceMinutes }: SilenceRule,
  dependencies: SweepSendersDependencies,
): Promise<Alert | undefined> {
  const { logSenders, now } = dependencies;
  const { silence, ...sending } = sender;
  if (silence !== undefined && silence.resumedAtMs === undefined) return undefined;
  if (silence !== undefined) {
    const isTold = alertRulesOf(policy).resolved;
    const alert = isTold ? await raiseAlert(resumedOf(sender, silence), policy, dependencies) : undefined;
    await logSenders.put({ sender: sending, n });
    return alert;
  }
  if (!isUnusuallySilent(sender, now.getTime(), silenceMinutes)) return undefined;
  const alert = await raiseAlert(silenceOf(sender, now), policy, dependencies);
  await logSenders.put({ sender: { ...sending, silence: { sinceMs: sender.lastLineAtMs } }, n });
  return alert;
}

const EVERYBODY = { scopeKind: 'org', scopeId: '*' } as const;

function silenceOf({ logGroup, lastLineAtMs }: LogSender, now: Date): AlertSubject {
  return {
    ...{ rule: 'silence', ...EVERYBODY, month: monthOfDay(toDay(now)), logGroup },
    lastLineAt: new Date(lastLineAtMs).toISOString(),
    silentMinutes: Math.floor((now.getTime() - lastLineAtMs) / MINUTE_MS),
  };
}

function resumedOf(
  { logGroup }: LogSender,
  { sinceMs, resumedAtMs = sinceMs }: NonNullable<LogSender['silence']>,
): AlertSubject {
  const resumedAt = new Date(resumedAtMs);
  return {
    ...{ rule: 'resumed', ...EVERYBODY, month: monthOfDay(toDay(resumedAt)), logGroup },
    ...{ silentSince: new Date(sinceMs).toISOString(), resumedAt: resumedAt.toISOString() },
  };
}
