import type { Random } from '../../infra/local/sample/random.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import type { SendOutcome } from '../../shared/domain/alerts/delivery.ts';
import type { Sender } from '../../shared/notify/sender.ts';
import { makeChannel } from '../support/deliveries.ts';
import type { Environment } from './environment.ts';
import type { Tally } from './tally.ts';
import type { Violations } from './violation.ts';
import type { VirtualTime } from './virtualTime.ts';
import type { Watch } from './watch.ts';

const { highSpendPicoUsd: _, ...RULES } = DEFAULT_ALERT_POLICY.rules;

/**
 * The usual rules but for dear days and unpriced models, of which the model of the books knows nothing, and one
 * channel that takes twenty messages an hour.
 */
export const ALERTS: AlertPolicy = {
  ...DEFAULT_ALERT_POLICY,
  rules: { ...RULES, unpricedModel: false },
  channels: [makeChannel()],
};

/** How a channel can fail: it takes nothing, takes nothing for a while, or shows the message and never says so. */
const FAULTS = [
  ['HTTP 503', 2],
  ['HTTP 429', 2],
  ['no answer', 1],
] as const;
const RETRY_AFTER_MS = [1_000, 120_000] as const;
const LATENCY_MS = [10, 2_000] as const;
const TIMEOUT_MS = 5_000;

export type ChannelUnderTest = Readonly<{
  time: VirtualTime;
  watch: Watch;
  tally: Tally;
  random: Random;
  faultRate: number;
}>;

/** How one environment reaches the channel: sending is a call at which it may die, and which may fail. */
export function deliveryOf(
  environment: Environment,
  channel: ChannelUnderTest,
): Readonly<{ sender: Sender; random: () => number }> {
  const { time, watch, random, faultRate } = channel;
  const sender: Sender = {
    async send(_channel, _receiver, notices) {
      await environment.passBefore();
      await time.sleep(random.int(...LATENCY_MS));
      const told = { alertIds: notices.map(({ alertId }) => alertId), atMs: time.nowMs };
      if (random.chance(faultRate)) return fail(told, channel);
      watch.onDelivered({ ...told, isAnswerLost: false });
      await environment.passAfter();
      return { kind: 'sent' };
    },
  };
  return { sender, random: () => 0 };
}

async function fail(
  told: Readonly<{ alertIds: readonly string[]; atMs: number }>,
  { time, watch, tally, random }: ChannelUnderTest,
): Promise<SendOutcome> {
  const error = random.weighted<(typeof FAULTS)[number][0]>(FAULTS);
  tally.add(`channel: ${error}`);
  switch (error) {
    case 'HTTP 503':
      return { kind: 'retry', error };
    case 'HTTP 429':
      return { kind: 'retry', error, afterMs: random.int(...RETRY_AFTER_MS) };
    case 'no answer':
      watch.onDelivered({ ...told, isAnswerLost: true });
      await time.sleep(TIMEOUT_MS);
      return { kind: 'retry', error };
    default:
      return error satisfies never;
  }
}

/** Where nothing dies and nothing fails, no alert is told twice, however often its causes are delivered. */
export function checkToldOnce({
  watch,
  violations,
}: Readonly<{ watch: Watch; violations: Violations }>): void {
  for (const [id, times] of watch.delivered) {
    if (times > 1) violations.add('8 one alert', `${id} was told ${times} times`);
  }
}
