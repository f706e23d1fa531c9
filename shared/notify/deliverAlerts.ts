import type { Delivery } from '../domain/alerts/delivery.ts';
import type { AlertStore } from '../store/alertStore.ts';
import type { DeliveryStore } from '../store/deliveryStore.ts';
import { inParallel } from '../store/inParallel.ts';
import type { PolicyStore } from '../store/policyStore.ts';
import { judgeDelivery } from './judgeDelivery.ts';
import { readAlertPolicy } from './planDeliveries.ts';
import type { Sender } from './sender.ts';
import { type Message, sendMessage } from './sendMessage.ts';

export type DeliverDependencies = Readonly<{
  alerts: Pick<AlertStore, 'find'>;
  deliveries: DeliveryStore;
  policies: Pick<PolicyStore, 'current'>;
  sender: Sender;
  now: Date;
  /** From 0 up to 1, another one each time. */
  random: () => number;
  /** Gets what became of each run's deliveries, also where some of them could not be made. */
  onMade?: (counts: DeliveryCounts) => void;
}>;

/** What became of deliveries: each of them is one of these. `left`: their channel failed before their turn. */
export type DeliveryCounts = Readonly<
  Record<'delivered' | 'failed' | 'dropped' | 'held' | 'retried' | 'taken' | 'left', number>
>;

type Fate = keyof DeliveryCounts;

const CHANNELS_AT_ONCE = 8;
const RECEIVERS_AT_ONCE = 4;

/**
 * Makes deliveries that are due. What was held back for one receiver is told in one message, anything else in a
 * message of its own. One that cannot be made holds up no other, but a channel that is down is not asked again and
 * again: what is left of it stays due. Failures of the store or the sender are thrown when all have had their turn.
 */
export async function makeDue(
  deliveries: readonly Delivery[],
  dependencies: DeliverDependencies,
): Promise<DeliveryCounts> {
  const counts = { delivered: 0, failed: 0, dropped: 0, held: 0, retried: 0, taken: 0, left: 0 };
  const due = deliveries.filter(
    ({ state, dueAt }) => state === 'waiting' && Date.parse(dueAt) <= dependencies.now.getTime(),
  );
  if (due.length === 0) return counts;
  const policies = await readAlertPolicy(dependencies);
  const failures: unknown[] = [];
  await inParallel(
    groupBy(due, ({ channel }) => channel),
    CHANNELS_AT_ONCE,
    async (ofChannel) => {
      const run = new ChannelRun({ ...policies, ...dependencies });
      await inParallel(
        groupBy(ofChannel, ({ receiver }) => receiver),
        RECEIVERS_AT_ONCE,
        (ofReceiver) => run.deliver(ofReceiver),
      );
      for (const fate of run.fates) counts[fate] += 1;
      failures.push(...run.failures);
    },
  );
  dependencies.onMade?.(counts);
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} deliveries were not made`);
  return counts;
}

type RunDependencies = DeliverDependencies & Awaited<ReturnType<typeof readAlertPolicy>>;
type Ready = Message['parts'][number];

/** The deliveries of one channel in one run. */
class ChannelRun {
  readonly fates: Fate[] = [];
  readonly failures: unknown[] = [];
  readonly #dependencies: RunDependencies;
  #isDown = false;

  constructor(dependencies: RunDependencies) {
    this.#dependencies = dependencies;
  }

  /** All that is due to one receiver: what was held back together, then the rest one by one. */
  async deliver(due: readonly Delivery[]): Promise<void> {
    const gathered: (Ready & { channel: Message['channel'] })[] = [];
    for (const delivery of due.filter(({ held }) => held !== undefined)) {
      await this.#prepare(delivery, async (message) => void gathered.push(message));
    }
    const [first] = gathered;
    if (first !== undefined) await this.#send({ channel: first.channel, parts: gathered });
    for (const delivery of due.filter(({ held }) => held === undefined)) {
      await this.#prepare(delivery, ({ channel, ...part }) => this.#send({ channel, parts: [part] }));
    }
  }

  /** Claims a delivery, and hands it on if it may go now. */
  async #prepare(
    delivery: Delivery,
    use: (part: Ready & { channel: Message['channel'] }) => Promise<void>,
  ): Promise<void> {
    const { deliveries, now } = this.#dependencies;
    if (this.#isDown) return void this.fates.push('left');
    try {
      if ((await deliveries.claim(delivery, now)) === 'taken') return void this.fates.push('taken');
      const verdict = await judgeDelivery(delivery, this.#dependencies, this.#dependencies);
      switch (verdict.kind) {
        case 'send':
          return await use({ delivery, alert: verdict.alert, channel: verdict.channel });
        case 'hold': {
          const { until, reason } = verdict.hold;
          await deliveries.postpone(delivery, { ...delivery, dueAt: until.toISOString(), held: reason });
          return void this.fates.push('held');
        }
        case 'drop': {
          const ended = { state: 'dropped', endedAt: now.toISOString(), lastError: verdict.why } as const;
          await deliveries.end({ ...delivery, ...ended });
          return void this.fates.push('dropped');
        }
        default:
          return verdict satisfies never;
      }
    } catch (error) {
      this.failures.push(error);
    }
  }

  async #send(message: Message): Promise<void> {
    try {
      const fate = await sendMessage(message, this.#dependencies);
      if (fate === 'retried') this.#isDown = true;
      this.fates.push(...message.parts.map(() => fate));
    } catch (error) {
      this.failures.push(error);
    }
  }
}

/** Groups in the order of their first members. */
function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): readonly (readonly T[])[] {
  return [...Map.groupBy(items, nameOf).values()];
}
