import type { Delivery, Snooze } from '../domain/alerts/delivery.ts';

/** A worker that claims a delivery has this long to make it before another may try. */
export const DELIVERY_CLAIM_MS = 60_000;

/** What is still to be told to whom, what became of the rest, and which conversations are left alone. */
export interface DeliveryStore {
  /** Puts deliveries that are not known yet; what is there already, waiting or ended, stays as it is. */
  plan(deliveries: readonly Delivery[]): Promise<void>;
  /** Deliveries that wait, those due first; all of them, or those due by now. */
  waiting(dueBy?: Date): Promise<Delivery[]>;
  /** Reserves a waiting delivery; `taken` while another worker's claim is fresh, or when it has ended. */
  claim(delivery: Delivery, now: Date): Promise<'claimed' | 'taken'>;
  /** Keeps a later `dueAt` of a delivery, with why it waits or what failed, and frees the claim. */
  postpone(delivery: Delivery): Promise<void>;
  /** Keeps how a delivery ended; it waits no more. */
  end(delivery: Delivery): Promise<void>;
  /** All deliveries of an alert, waiting or ended. */
  ofAlert(month: string, alertId: string): Promise<Delivery[]>;
  /** One of a channel's messages of a UTC hour `YYYY-MM-DDTHH`; asked again for the same delivery, the same one. */
  takeSlot(
    slot: Readonly<{ channel: string; hour: string; delivery: string; maxPerHour: number }>,
  ): Promise<'taken' | 'full'>;
  /** What a channel calls the first message of a conversation. */
  findThread(
    place: Readonly<{ channel: string; receiver: string; thread: string }>,
  ): Promise<string | undefined>;
  /** Keeps it; the first one stays. */
  keepThread(
    place: Readonly<{ channel: string; receiver: string; thread: string }>,
    receipt: string,
  ): Promise<void>;
  /** Leaves a conversation alone for a while; a later word replaces an earlier one. */
  snooze(snooze: Snooze): Promise<void>;
  /** The word that holds for a conversation now, if any. */
  findSnooze(thread: string, now: Date): Promise<Snooze | undefined>;
}
