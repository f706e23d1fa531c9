import { type Alert, alertSeverity } from './alert.ts';

/** Whether an alert still asks somebody to act: it is no mere notice, nobody deals with it, and its time is not over. */
export function isOpenAlert(alert: Alert, now: Date): boolean {
  const { subject, acknowledged } = alert;
  if (acknowledged !== undefined || alertSeverity(alert) === 'info') return false;
  const end = endOf(subject);
  return end === undefined || now.getTime() < Date.parse(end);
}

/** When what an alert is about is over by itself; `undefined` where only people end it. */
function endOf(subject: Alert['subject']): string | undefined {
  if ('resetAt' in subject) return subject.resetAt;
  return subject.rule === 'increase' ? subject.until : undefined;
}
