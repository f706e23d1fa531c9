import { bedrockFormat } from './bedrock.ts';
import { type Decoded, type LineContext, type LogFormat, quarantined } from './decoded.ts';
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
  if (line.trim() === '') return { kind: 'ignored', reason: 'blank' };
  const json = parseObject(line);
  if (json === undefined) return quarantined('not_json', 'the line is no JSON object, or is cut');
  const format = LOG_FORMATS.find((candidate) => candidate.recognises(json));
  return format === undefined
    ? quarantined('unknown_schema', 'no known format: neither a Bedrock invocation log nor tollbook.v1')
    : format.decode(json, context);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
