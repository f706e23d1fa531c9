import { logger } from './handler.ts';

/** The namespace of all metrics of this service in CloudWatch. */
export const METRICS_NAMESPACE = 'Tollbook';

/**
 * A log line's fields from which CloudWatch itself makes one metric for each count, by the function's name;
 * no call of an API, no right to one. `counts` are whole numbers.
 * Source: CloudWatch user guide, "Specification: Embedded metric format".
 */
export function embeddedMetrics(
  functionName: string,
  counts: Readonly<Record<string, number>>,
  now: Date = new Date(),
) {
  const names = Object.keys(counts);
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: METRICS_NAMESPACE,
          Dimensions: [['FunctionName']],
          Metrics: names.map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    FunctionName: functionName,
    ...counts,
  };
}

/**
 * Warns in the log of counts that should be 0, and by the same line counts them as metrics. Silent when all
 * are 0: no data means that all is well, and a metric of zeros would cost a line for every batch.
 */
export function warnWithMetrics(
  message: string,
  functionName: string,
  counts: Readonly<Record<string, number>>,
): void {
  if (Object.values(counts).every((count) => count === 0)) return;
  logger.warn(message, embeddedMetrics(functionName, counts));
}
