import { type Alert, threadKey } from '../../shared/domain/alerts/alert.ts';

const HOUR_MS = 3_600_000;

/**
 * What is wrong with the alerts of other rules than the marks of budgets, by their own figures and by the alerts
 * around them: a pace that ends nothing early, an end that nothing began, an end that nobody was told of.
 */
export function findWrong(alerts: readonly Alert[], nowMs: number): string[] {
  const threads = Map.groupBy(alerts, ({ subject }) => threadKey(subject));
  const wrong = alerts.flatMap((alert) => wrongWith(alert, threads.get(threadKey(alert.subject)) ?? []));
  return [...wrong, ...[...threads].flatMap(([name, thread]) => untold(name, thread, nowMs))];
}

function wrongWith({ id, createdAt, subject }: Alert, thread: readonly Alert[]): string[] {
  switch (subject.rule) {
    case 'budget':
      return [];
    case 'projection': {
      const { used, limit, projected, exhaustedAt, resetAt } = subject;
      const isEarly = createdAt < exhaustedAt && exhaustedAt < resetAt;
      return used < limit && projected >= limit && isEarly ? [] : [`${id} tells of a pace that ends nothing`];
    }
    case 'resolved': {
      const marks = thread.map((alert) => (alert.subject.rule === 'budget' ? alert.subject.threshold : 0));
      const isBegun = thread.some((alert) => alert.subject.rule !== 'resolved');
      const isOver = subject.resetAt < createdAt;
      return isBegun && isOver && marks.includes(subject.highest) ? [] : [`${id} tells of no end`];
    }
    default:
      return [`${id} is of a rule that nothing here sets off`];
  }
}

/** An hour after a period's end, and after the last alert of it, its end was told. */
function untold(name: string, thread: readonly Alert[], nowMs: number): string[] {
  const isLate = ({ createdAt, subject }: Alert) =>
    (subject.rule === 'budget' || subject.rule === 'projection') &&
    Math.max(Date.parse(subject.resetAt), Date.parse(createdAt)) + HOUR_MS < nowMs;
  const isTold = thread.some(({ subject }) => subject.rule === 'resolved');
  return thread.some(isLate) && !isTold ? [`the end of ${name} was told to nobody`] : [];
}
