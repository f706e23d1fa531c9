import { type Alert, alertSeverity, SEVERITIES, threadKey } from '../domain/alerts/alert.ts';
import type { AlertChannel, AlertPolicy } from '../domain/alerts/alertPolicy.ts';
import { type Delivery, deliveryId, type SendOutcome } from '../domain/alerts/delivery.ts';
import { describeAlert } from '../domain/alerts/describeAlert.ts';
import { endOfHour } from '../domain/alerts/holdDelivery.ts';
import { retryAt } from '../domain/alerts/retryDelivery.ts';
import type { DeliveryStore, ThreadPlace } from '../store/deliveryStore.ts';
import type { Sender } from './sender.ts';

/** What one message tells: deliveries of one channel and receiver, which are claimed, with their alerts. */
export type Message = Readonly<{
  channel: AlertChannel;
  parts: readonly Readonly<{ delivery: Delivery; alert: Alert }>[];
}>;

export type SendMessageDependencies = Readonly<{
  deliveries: DeliveryStore;
  alertPolicy: AlertPolicy;
  sender: Sender;
  now: Date;
  random: () => number;
}>;

type Fate = 'delivered' | 'failed' | 'held' | 'retried';

/** Sends a message if the channel has room for it in this hour, and keeps what came of it for each delivery. */
export async function sendMessage(message: Message, dependencies: SendMessageDependencies): Promise<Fate> {
  const { deliveries, now, sender } = dependencies;
  const parts = message.parts.toSorted(compareParts);
  const [first] = parts;
  if (first === undefined) return 'delivered';
  const ordered = { ...message, parts };
  if (!(await hasRoom(ordered, first.delivery, dependencies))) {
    const until = { dueAt: endOfHour(now).toISOString(), held: 'maximum' } as const;
    for (const { delivery } of parts) await deliveries.postpone(delivery, { ...delivery, ...until });
    return 'held';
  }
  const place = threadOf(ordered, first.delivery);
  const thread = place === undefined ? undefined : await deliveries.findThread(place);
  const { viewUrl } = dependencies.alertPolicy;
  const notices = parts.map(({ alert }) => describeAlert(alert, viewUrl === undefined ? {} : { viewUrl }));
  const context = {
    deliveryId: deliveryId(first.delivery),
    now,
    ...(thread === undefined ? {} : { thread }),
  };
  const tried = await attempt(() => sender.send(message.channel, first.delivery.receiver, notices, context));
  const fate = await keepOutcome(ordered, tried.outcome, dependencies);
  const { outcome } = tried;
  if (
    outcome.kind === 'sent' &&
    place !== undefined &&
    thread === undefined &&
    outcome.receipt !== undefined
  ) {
    await deliveries.keepThread(place, outcome.receipt);
  }
  if (tried.failure !== undefined) throw tried.failure.error;
  return fate;
}

/** A sender that breaks is tried again like a channel that does; the failure itself is thrown afterwards. */
async function attempt(
  send: () => Promise<SendOutcome>,
): Promise<{ outcome: SendOutcome; failure?: { error: unknown } }> {
  try {
    return { outcome: await send() };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'an unknown failure';
    return { outcome: { kind: 'retry', error: `the sender broke: ${name}` }, failure: { error } };
  }
}

/** The most severe first, then the oldest: a digest shows the first ones in full. */
function compareParts(a: Message['parts'][number], b: Message['parts'][number]): number {
  const rank = ({ alert }: typeof a) => SEVERITIES.indexOf(alertSeverity(alert));
  if (rank(a) !== rank(b)) return rank(b) - rank(a);
  const age = ({ alert }: typeof a) => `${alert.createdAt} ${alert.id}`;
  return age(a) < age(b) ? -1 : 1;
}

/**
 * Each receiver of a channel has its own number of messages an hour. What already waited for the end of an hour
 * goes in any case, in one message: another full hour must not hold it up again.
 */
async function hasRoom(
  { channel, parts }: Message,
  delivery: Delivery,
  { deliveries, now }: SendMessageDependencies,
): Promise<boolean> {
  const { receiver } = delivery;
  const taken = await deliveries.takeSlot({
    channel: receiver === '' ? channel.name : `${channel.name}#${receiver}`,
    hour: now.toISOString().slice(0, 'YYYY-MM-DDTHH'.length),
    delivery: deliveryId(delivery),
    maxPerHour: channel.maxPerHour,
  });
  return taken === 'taken' || parts.some((part) => part.delivery.held === 'maximum');
}

/** Where a message belongs, on channels that have threads; a digest of several conversations belongs to none. */
function threadOf({ channel, parts }: Message, { receiver }: Delivery): ThreadPlace | undefined {
  if (channel.target.kind !== 'slackBot') return undefined;
  const threads = new Set(parts.map(({ alert }) => threadKey(alert.subject)));
  const [thread] = threads;
  return threads.size === 1 && thread !== undefined ? { channel: channel.name, receiver, thread } : undefined;
}

async function keepOutcome(
  { parts }: Message,
  outcome: SendOutcome,
  { deliveries, now, random }: SendMessageDependencies,
): Promise<Fate> {
  const jitter = random();
  const endedAt = now.toISOString();
  const fates = new Set<Fate>();
  for (const { delivery } of parts) {
    const tried = { ...delivery, attempts: delivery.attempts + 1 };
    switch (outcome.kind) {
      case 'sent': {
        const receipt = outcome.receipt === undefined ? {} : { receipt: outcome.receipt };
        await deliveries.end({ ...tried, state: 'delivered', endedAt, ...receipt });
        fates.add('delivered');
        break;
      }
      case 'refused':
        await deliveries.end({ ...tried, state: 'failed', endedAt, lastError: outcome.error });
        fates.add('failed');
        break;
      case 'retry':
        fates.add(await keepRetry(tried, { ...outcome, jitter }, { deliveries, now }));
        break;
      default:
        outcome satisfies never;
    }
  }
  // Those of one message that failed longest are given up first; the channel is down all the same.
  return fates.has('retried') ? 'retried' : ([...fates][0] ?? 'failed');
}

async function keepRetry(
  tried: Delivery,
  { error, afterMs, jitter }: Extract<SendOutcome, { kind: 'retry' }> & { jitter: number },
  { deliveries, now }: Pick<SendMessageDependencies, 'deliveries' | 'now'>,
): Promise<'retried' | 'failed'> {
  const failingSince = tried.failingSince ?? now.toISOString();
  const failed = { ...tried, failingSince, lastError: error };
  const since = { attempts: tried.attempts, failingSince: new Date(failingSince) };
  const at = retryAt({ ...since, now, afterMs, jitter });
  if (at === undefined) {
    await deliveries.end({ ...failed, state: 'failed', endedAt: now.toISOString() });
    return 'failed';
  }
  // The claim and the end of this delivery go by the time at which it was due when it was read.
  await deliveries.postpone(tried, { ...failed, dueAt: at.toISOString() });
  return 'retried';
}
