import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { logDeliveries } from '../../../shared/runtime/deliveryMetrics.ts';
import { logger } from '../../../shared/runtime/handler.ts';

let said: unknown[][];

beforeEach(() => {
  said = [];
  for (const level of ['info', 'warn'] as const) {
    vi.spyOn(logger, level).mockImplementation((...words) => void said.push([level, ...words]));
  }
});

afterEach(() => vi.restoreAllMocks());

it.each([
  [0, 1, 'warn', 'alerts could not be delivered'],
  [3, 2, 'warn', 'alerts could not be delivered'],
  [1, 0, 'info', 'alerts were delivered'],
])('counts %i delivered and %i failed by a line of level %s', (delivered, failed, level, message) => {
  logDeliveries('tollbook-dev-notify', { delivered, failed });
  const counts = { AlertDeliveries: delivered, FailedAlertDeliveries: failed };
  expect(said).toEqual([
    [level, message, expect.objectContaining({ FunctionName: 'tollbook-dev-notify', ...counts })],
  ]);
});

it('says nothing when no delivery came to an end', () => {
  logDeliveries('tollbook-dev-notify', { delivered: 0, failed: 0 });
  expect(said).toEqual([]);
});
