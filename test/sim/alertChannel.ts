import type { Random } from '../../infra/local/sample/random.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import type { Sender } from '../../shared/notify/sender.ts';
import { makeChannel } from '../support/deliveries.ts';
import type { Environment } from './environment.ts';
import type { Violations } from './violation.ts';
import type { Watch } from './watch.ts';

/** The usual rules, and one channel that takes twenty messages an hour. */
export const ALERTS: AlertPolicy = { ...DEFAULT_ALERT_POLICY, channels: [makeChannel()] };

export type ChannelUnderTest = Readonly<{ watch: Watch; random: Random; faultRate: number }>;

/** How one environment reaches the channel: sending is a call at which it may die, and which may fail for a while. */
export function deliveryOf(
  environment: Environment,
  { watch, random, faultRate }: ChannelUnderTest,
): Readonly<{ sender: Sender; random: () => number }> {
  const sender: Sender = {
    async send(_channel, _receiver, notices) {
      await environment.passBefore();
      if (random.chance(faultRate)) return { kind: 'retry', error: 'HTTP 503' };
      for (const { alertId } of notices) watch.onDelivered(alertId);
      await environment.passAfter();
      return { kind: 'sent' };
    },
  };
  return { sender, random: () => 0 };
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
