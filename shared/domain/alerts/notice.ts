import type { Alert, AlertRule, AlertSeverity } from './alert.ts';

/** What a person can do about an alert from where they read of it. */
export type NoticeAction = 'view' | 'approve' | 'deny' | 'snooze';

/**
 * An alert in words, before any channel's markup: every channel shows the same sentences. Texts are plain and
 * hold what users and models are called as it is kept; a channel escapes them and keeps its own limits.
 */
export type Notice = Readonly<{
  alertId: string;
  rule: AlertRule;
  severity: AlertSeverity;
  /** Messages of one thread belong together. */
  thread: string;
  /** The record that the words are about, for channels that programs read. */
  alert: Alert;
  /** One line without the severity: `Team payments has used 82% of its monthly budget (2026-11)`. */
  title: string;
  /** One line of figures: `82% of $500.00 (spent $410.00)`. */
  summary: string;
  /** Whole percent of the limit, for a bar; absent where there is no limit. */
  percent?: number;
  /** Label and value, in the order in which they matter: pace, change, what happens next, owner, reset. */
  details: readonly Readonly<{ label: string; value: string }>[];
  /** At most three lines such as `alice: $210.00 (51%)`, from the dearest on. */
  drivers: readonly string[];
  actions: readonly NoticeAction[];
  /** Target of `view`. */
  viewUrl?: string;
  createdAt: string;
}>;
