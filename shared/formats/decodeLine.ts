import { bedrockFormat } from './bedrock.ts';
import { claudeCodeFormat } from './claudeCode.ts';
import { cloudflareFormat } from './cloudflare.ts';
import { type Decoded, type LineContext, type LogFormat, NO_REQUEST, quarantined } from './decoded.ts';
import { envoyFormat } from './envoy.ts';
import { isJson, type Json } from './fields.ts';
import { kongFormat } from './kong.ts';
import { litellmFormat } from './litellm.ts';
import { unwrapOtlp } from './otlp.ts';
import { plainUsageFormat } from './plainUsage.ts';
import { portkeyFormat } from './portkey.ts';
import { tollbookV1Format } from './tollbookV1.ts';

/** CloudWatch Logs takes events of up to 1 MB; a longer line comes from a file and is a fault. */
export const MAX_LINE_BYTES = 1_048_576;

/** Every format Tollbook reads, in the order in which they are tried. */
export const LOG_FORMATS: readonly LogFormat[] = [
  bedrockFormat,
  tollbookV1Format,
  claudeCodeFormat,
  litellmFormat,
  kongFormat,
  envoyFormat,
  portkeyFormat,
  cloudflareFormat,
  plainUsageFormat,
];

/** One log event holds at most this many records. */
const MAX_RECORDS = 10_000;

const UNCOUNTED: readonly Decoded[] = [{ kind: 'ignored', reason: 'uncounted' }];

/**
 * Reads one log event, which nearly always is one record. A list, and an OTLP export, hold several; each
 * of them is read for itself. It never throws.
 */
export function decodeLine(line: string, context: LineContext): readonly Decoded[] {
  if (context.formats?.length === 0) return UNCOUNTED;
  if (line.length > MAX_LINE_BYTES) {
    return [quarantined('line_too_long', `the line is longer than ${MAX_LINE_BYTES} characters`)];
  }
  const json = parseJson(line);
  if (isJson(json)) {
    const records = unwrapOtlp(json);
    return records === undefined ? [decodeRecord(json, context)] : decodeAll(records, context);
  }
  if (Array.isArray(json) && json.length > 0) return decodeAll(json, context);
  if (line.trim() === '') return [{ kind: 'ignored', reason: 'blank' }];
  return [quarantined('not_json', 'the line is no JSON object, or is cut')];
}

/** An export may be empty, which is no loss; it is one line all the same. */
function decodeAll(records: readonly unknown[], context: LineContext): Decoded[] {
  if (records.length === 0) return [NO_REQUEST];
  if (records.length > MAX_RECORDS) {
    return [quarantined('line_too_long', `the line holds more than ${MAX_RECORDS} records`)];
  }
  return records.map((record, index) =>
    isJson(record)
      ? decodeRecord(record, { ...context, eventId: () => `${context.eventId()}-${index}` })
      : quarantined('not_json', `record ${index} of the line is no JSON object`),
  );
}

function decodeRecord(record: Json, context: LineContext): Decoded {
  const { formats = LOG_FORMATS } = context;
  for (const format of formats) {
    if (format.recognises(record)) return format.decode(record, context);
  }
  const [only, ...more] = formats;
  return only !== undefined && more.length === 0
    ? quarantined('other_format', `not of the format ${only.name}, which all of this log is said to have`)
    : quarantined('unknown_schema', 'a JSON object of no known format');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
