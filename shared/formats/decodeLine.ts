import { bedrockFormat } from './bedrock.ts';
import { type Decoded, type LineContext, type LogFormat, quarantined } from './decoded.ts';
import { isJson, type Json } from './fields.ts';
import { tollbookV1Format } from './tollbookV1.ts';

/** CloudWatch Logs takes events of up to 1 MB; a longer line comes from a file and is a fault. */
export const MAX_LINE_BYTES = 1_048_576;

/** Every format Tollbook reads, in the order in which they are tried. */
export const LOG_FORMATS: readonly LogFormat[] = [bedrockFormat, tollbookV1Format];

/** Reads one log line: a usage, nothing of interest, or a reason for quarantine. It never throws. */
export function decodeLine(line: string, context: LineContext): Decoded {
  if (line.length > MAX_LINE_BYTES) {
    return quarantined('line_too_long', `the line is longer than ${MAX_LINE_BYTES} characters`);
  }
  const json = parseObject(line);
  if (json === undefined) {
    if (line.trim() === '') return { kind: 'ignored', reason: 'blank' };
    return quarantined('not_json', 'the line is no JSON object, or is cut');
  }
  for (const format of LOG_FORMATS) {
    if (format.recognises(json)) return format.decode(json, context);
  }
  return quarantined('unknown_schema', 'no known format: neither a Bedrock invocation log nor tollbook.v1');
}

function parseObject(line: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return isJson(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
