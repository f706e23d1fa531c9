import { isJson, type Json } from './fields.ts';

/**
 * The log records of an OTLP/JSON export, each as a flat object in the words of the collector's CloudWatch
 * Logs exporter: `{body, attributes, resource, time}`. `undefined` for any other object.
 */
export function unwrapOtlp(line: Json): Json[] | undefined {
  if (!Array.isArray(line.resourceLogs)) return undefined;
  return listOf(line.resourceLogs).flatMap((resourceLog) => {
    const resource = isJson(resourceLog.resource) ? readAttributes(resourceLog.resource.attributes) : {};
    return listOf(resourceLog.scopeLogs)
      .flatMap((scopeLog) => listOf(scopeLog.logRecords))
      .map((record) => ({
        body: readValue(record.body),
        attributes: readAttributes(record.attributes),
        resource,
        time: record.timeUnixNano ?? record.observedTimeUnixNano,
      }));
  });
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function readAttributes(attributes: unknown): Json {
  return Object.fromEntries(
    listOf(attributes).flatMap(({ key, value }) =>
      typeof key === 'string' ? [[key, readValue(value)]] : [],
    ),
  );
}

/** OTLP wraps each value in its type; 64-bit integers may be quoted. Lists and maps are of no use here. */
function readValue(value: unknown): unknown {
  if (!isJson(value)) return undefined;
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
}
