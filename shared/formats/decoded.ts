import type { Usage, UsageSource } from '../domain/usage.ts';
import type { FieldProblem, Json } from './fields.ts';

/** Why a line cannot be a usage record. */
export type QuarantineReason =
  | 'payload_too_large'
  | 'payload_unreadable'
  | 'line_too_long'
  | 'not_json'
  | 'unknown_schema'
  | 'other_format'
  | 'bad_token_count'
  | 'bad_timestamp'
  | 'future_date'
  | 'bad_identifier'
  | 'bad_field';

/** Why a record is not counted: nothing is there, it is about no request, or the company does not count it. */
export type IgnoreReason = 'blank' | 'no_request' | 'uncounted';

/** What became of one log record; every record ends as exactly one of these. */
export type Decoded =
  | Readonly<{ kind: 'usage'; usage: Usage }>
  | Readonly<{ kind: 'ignored'; reason: IgnoreReason }>
  | Readonly<{ kind: 'quarantined' } & FieldProblem>;

/**
 * What a decoder may know besides the line: the time, an id for a line that has none of its own, and the
 * formats that it may have where these are not all; of none nothing is counted.
 */
export type LineContext = Readonly<{
  now: Date;
  eventId: () => string;
  formats?: readonly LogFormat[] | undefined;
}>;

/** One log format: how to know its lines, and how to read one. */
export type LogFormat = Readonly<{
  name: string;
  /** The source of every usage of this format. */
  source: UsageSource;
  recognises(line: Json): boolean;
  decode(line: Json, context: LineContext): Decoded;
}>;

/** A record that a format knows and that is not about one LLM request. */
export const NO_REQUEST: Decoded = { kind: 'ignored', reason: 'no_request' };

export function quarantined(reason: QuarantineReason, detail: string): Decoded {
  return { kind: 'quarantined', reason, detail };
}
