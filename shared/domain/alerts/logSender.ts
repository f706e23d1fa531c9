import { addDays, toDay } from '../period.ts';

/** A log group as one that sends lines: when its last one came, and in which hours of the last days any did. */
export type LogSender = Readonly<{
  logGroup: string;
  lastLineAtMs: number;
  /** By UTC day, a bit for each hour: 1 for the first, 2 ** 23 for the last. */
  hours: ReadonlyMap<string, number>;
  /** Of which people are told; over once there is a line again. */
  silence?: Readonly<{ sinceMs: number; resumedAtMs?: number }>;
}>;

/** So long hours are remembered: this week and the one before it. */
export const REMEMBERED_DAYS = 14;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DAYS_PER_WEEK = 7;
const RECENT_DAYS = [1, 2, 3] as const;
const ENOUGH_RECENT_DAYS = 2;

/** The sender after a line came. Time never falls: a clock that is behind changes no last line. */
export function noteLine(logGroup: string, known: LogSender | undefined, atMs: number): LogSender {
  const lastLineAtMs = Math.max(atMs, known?.lastLineAtMs ?? 0);
  const day = toDay(new Date(atMs));
  const oldest = addDays(toDay(new Date(lastLineAtMs)), -REMEMBERED_DAYS);
  const hours = new Map([...(known?.hours ?? [])].filter(([each]) => each >= oldest));
  if (day >= oldest) hours.set(day, (hours.get(day) ?? 0) | hourBit(atMs));
  const silence = known?.silence;
  if (silence === undefined) return { logGroup, lastLineAtMs, hours };
  return { logGroup, lastLineAtMs, hours, silence: { resumedAtMs: atMs, ...silence } };
}

/**
 * Whether lines usually come in the UTC hour of an instant: they did a week ago. One who is not known for a week yet
 * has no weekends that could be told from working days: then two of the last three days are enough.
 */
export function sendsNormally({ hours }: Pick<LogSender, 'hours'>, atMs: number): boolean {
  const hasSent = (daysBefore: number) => {
    const thenMs = atMs - daysBefore * DAY_MS;
    return ((hours.get(toDay(new Date(thenMs))) ?? 0) & hourBit(thenMs)) !== 0;
  };
  if (hasSent(DAYS_PER_WEEK)) return true;
  const weekAgo = toDay(new Date(atMs - DAYS_PER_WEEK * DAY_MS));
  if ([...hours.keys()].some((day) => day <= weekAgo)) return false;
  return RECENT_DAYS.filter(hasSent).length >= ENOUGH_RECENT_DAYS;
}

/** No line for so long, in hours all of which normally have some: from that of the last line to the present one. */
export function isUnusuallySilent(sender: LogSender, nowMs: number, silenceMinutes: number): boolean {
  const { lastLineAtMs } = sender;
  if (nowMs - lastLineAtMs < silenceMinutes * MINUTE_MS) return false;
  for (let hourMs = lastLineAtMs - (lastLineAtMs % HOUR_MS); hourMs <= nowMs; hourMs += HOUR_MS) {
    if (!sendsNormally(sender, hourMs)) return false;
  }
  return true;
}

function hourBit(atMs: number): number {
  return 1 << new Date(atMs).getUTCHours();
}
