import type { AlertChannel } from '../../shared/domain/alerts/alertPolicy.ts';
import type { Delivery } from '../../shared/domain/alerts/delivery.ts';

/** Team blue's crossing of July waiting for the channel `ops`, due at once; `parts` says what is special about it. */
export function makeDelivery(parts: Partial<Delivery> = {}): Delivery {
  return {
    alertId: 'budget:team:blue:month:usd:blue:2026-07:80',
    month: '2026-07',
    channel: 'ops',
    receiver: '',
    state: 'waiting',
    dueAt: '2026-07-14T12:00:00.000Z',
    attempts: 0,
    ...parts,
  };
}

/** A webhook with room for twenty messages an hour, told at once. */
export function makeChannel(parts: Partial<AlertChannel> = {}): AlertChannel {
  return {
    name: 'ops',
    target: { kind: 'webhook', url: 'https://hooks.example.com/tollbook', secret: 'ssm:/tollbook/webhook' },
    maxPerHour: 20,
    ...parts,
  };
}
