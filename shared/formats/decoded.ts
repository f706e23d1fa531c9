import { z } from 'zod';
import type { Usage } from '../domain/usage.ts';

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

/** What became of one log line; every line ends as exactly one of these. */
export type Decoded =
  | Readonly<{ kind: 'usage'; usage: Usage }>
  | Readonly<{ kind: 'ignored'; reason: 'blank' }>
  | Readonly<{ kind: 'quarantined'; reason: QuarantineReason; detail: string }>;

/** What a decoder may know besides the line: the time, and an id for a line that has none of its own. */
export type LineContext = Readonly<{ now: Date; eventId: () => string }>;

/** One log format: how to know its lines, and how to read one. */
export type LogFormat = Readonly<{
  name: string;
  recognises(line: Readonly<Record<string, unknown>>): boolean;
  decode(line: Readonly<Record<string, unknown>>, context: LineContext): Decoded;
}>;

export function quarantined(reason: QuarantineReason, detail: string): Decoded {
  return { kind: 'quarantined', reason, detail };
}

/** No request has more of one token class than this; a larger count is a fault of the log. */
export const MAX_TOKENS = 100_000_000;

/** A token count as every format must give it: whole, not negative, within reason. */
export const tokenCount = z.int().nonnegative().max(MAX_TOKENS);

/** Turns a schema's first complaint into a quarantine with the place in the line. */
export function quarantinedBySchema(error: z.ZodError): Decoded {
  const issue = error.issues[0];
  const place = issue?.path.join('.') ?? '';
  const isCount = /count|tokens/i.test(place);
  return quarantined(
    isCount ? 'bad_token_count' : 'bad_field',
    `${place}: ${issue?.message ?? 'unreadable'}`,
  );
}
