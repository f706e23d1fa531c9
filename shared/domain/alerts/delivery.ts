/** Why a delivery is not made at once. */
export type HoldReason = 'quietHours' | 'digest' | 'maximum' | 'snoozed';

/**
 * The telling of one alert to one receiver of one channel. `waiting` until `dueAt`: because it was just made,
 * is held back, or failed and is tried again. `dropped` is what nobody needs any more: a budget that is gone, a
 * conversation that was muted, a channel that was taken away.
 */
export type Delivery = Readonly<{
  alertId: string;
  /** Month under which the alert is kept, `YYYY-MM`. */
  month: string;
  channel: string;
  /** One of several receivers of a channel, such as an address; empty where a channel has one. */
  receiver: string;
  state: 'waiting' | 'delivered' | 'failed' | 'dropped';
  dueAt: string;
  attempts: number;
  /** When the first try failed; from then on it is tried for a day. */
  failingSince?: string;
  held?: HoldReason;
  lastError?: string;
  endedAt?: string;
  /** What the channel calls the message, such as Slack's `ts`. */
  receipt?: string;
}>;

/** What came of one try. `retry` after `afterMs` at the soonest, where the channel says so; `refused` for good. */
export type SendOutcome =
  | Readonly<{ kind: 'sent'; receipt?: string }>
  | Readonly<{ kind: 'retry'; error: string; afterMs?: number }>
  | Readonly<{ kind: 'refused'; error: string }>;

/** A conversation that is left alone for a while; `mute` drops what comes, `snooze` tells it afterwards. */
export type Snooze = Readonly<{
  thread: string;
  kind: 'snooze' | 'mute';
  until: string;
  by: string;
}>;

/** The name of a delivery, unique among all. */
export function deliveryId({
  alertId,
  channel,
  receiver,
}: Pick<Delivery, 'alertId' | 'channel' | 'receiver'>): string {
  return `${alertId}|${channel}|${receiver}`;
}
