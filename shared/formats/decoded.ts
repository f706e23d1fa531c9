import type { Usage } from '../domain/usage.ts';
import type { FieldProblem, Json } from './fields.ts';

/** Why a line cannot be a usage record. */
export type QuarantineReason =
  | 'payload_too_large'
  | 'payload_unreadable'
  | 'line_too_long'
  | 'not_json'
  | 'unknown_schema'
  | 'bad_token_count'
  | 'bad_timestamp'
  | 'future_date'
  | 'bad_identifier'
  | 'bad_field';

/** What became of one log record; every record ends as exactly one of these. `no_request`: of no interest. */
export type Decoded =
  | Readonly<{ kind: 'usage'; usage: Usage }>
  | Readonly<{ kind: 'ignored'; reason: 'blank' | 'no_request' }>
  | Readonly<{ kind: 'quarantined' } & FieldProblem>;

/** What a decoder may know besides the line: the time, and an id for a line that has none of its own. */
export type LineContext = Readonly<{ now: Date; eventId: () => string }>;

/** One log format: how to know its lines, and how to read one. */
export type LogFormat = Readonly<{
  name: string;
  recognises(line: Json): boolean;
  decode(line: Json, context: LineContext): Decoded;
}>;

/** A record that a format knows and that is not about one LLM request. */
export const NO_REQUEST: Decoded = { kind: 'ignored', reason: 'no_request' };

export function quarantined(reason: QuarantineReason, detail: string): Decoded {
  return { kind: 'quarantined', reason, detail };
}
