import { embeddedMetrics, warnWithMetrics } from './embeddedMetrics.ts';
import { logger } from './handler.ts';

/**
 * Counts what became of deliveries as the metrics `AlertDeliveries`, which reached somebody, and
 * `FailedAlertDeliveries`, which never will: refused for good, or given up after a day. The latter are a warning, so that they
 * are counted where the log level is WARN too, and an alarm watches them. Silent when nothing came to an end.
 */
export function logDeliveries(
  functionName: string,
  { delivered, failed }: Readonly<Record<'delivered' | 'failed', number>>,
): void {
  const counts = { AlertDeliveries: delivered, FailedAlertDeliveries: failed };
  if (failed > 0) warnWithMetrics('alerts could not be delivered', functionName, counts);
  else if (delivered > 0) logger.info('alerts were delivered', embeddedMetrics(functionName, counts));
}
