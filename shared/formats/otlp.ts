import { isJson, type Json } from './fields.ts';

/**
 * The log records of an OTLP/JSON export, each as a flat object in the words of the collector's CloudWatch
 * Logs exporter: `{body, attributes, resource, time}`, with `time` in nanoseconds since 1970, as text.
 * `undefined` for any other object. What stands where a record, or a list of them, belongs and is none
 * comes as `undefined`: it counts as a record too, one that nobody can read.
 */
export function unwrapOtlp(line: Json): unknown[] | undefined {
  if (!Array.isArray(line.resourceLogs)) return undefined;
  return eachOf(line.resourceLogs, (resourceLog) => {
    const resource = isJson(resourceLog.resource) ? readAttributes(resourceLog.resource.attributes) : {};
    return eachOf(resourceLog.scopeLogs, (scopeLog) =>
      eachOf(scopeLog.logRecords, (record) => [
        {
          body: readValue(record.body),
          attributes: readAttributes(record.attributes),
          resource,
          time: readNanos(record.timeUnixNano) ?? readNanos(record.observedTimeUnixNano),
        },
      ]),
    );
  });
}

/** Reads each object of a list. An export leaves out a list that is empty. */
function eachOf(list: unknown, read: (item: Json) => unknown[]): unknown[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return [undefined];
  return list.flatMap((item) => (isJson(item) ? read(item) : [undefined]));
}

function readAttributes(attributes: unknown): Json {
  if (!Array.isArray(attributes)) return {};
  return Object.fromEntries(
    attributes.flatMap((attribute) =>
      isJson(attribute) && typeof attribute.key === 'string'
        ? [[attribute.key, readValue(attribute.value)]]
        : [],
    ),
  );
}

/** OTLP wraps each value in its type; 64-bit integers may be quoted. Lists and maps are of no use here. */
function readValue(value: unknown): unknown {
  if (!isJson(value)) return undefined;
  return value.stringValue ?? value.intValue ?? value.doubleValue ?? value.boolValue;
}

/** A time of 0 means that nobody knows it. Numbers are as exact as a millisecond needs. */
function readNanos(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /[^0]/.test(text) ? text : undefined;
}

const NANOS_PER_MS_DIGITS = 6;

/** Nanoseconds since 1970 as ISO 8601 in UTC with milliseconds; any other text stays as it is. */
export function isoOfUnixNano(text: string): string {
  if (!/^\d{7,20}$/.test(text)) return text;
  return new Date(Number(text.slice(0, -NANOS_PER_MS_DIGITS))).toISOString();
}
