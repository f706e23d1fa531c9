import { copyOptionalUsage, type Usage } from '../domain/usage.ts';
import { type Decoded, quarantined } from './decoded.ts';
import type { Fields } from './fields.ts';
import { checkIdentifiers } from './identity.ts';
import { readTimestamp } from './timestamp.ts';

/** A usage as a decoder has read it: not yet dated, and with `undefined` where a line says nothing. */
export type ReadUsage = { readonly [Key in keyof Omit<Usage, 'startedAt'>]?: Usage[Key] | undefined } & Pick<
  Usage,
  | 'source'
  | 'requestId'
  | 'modelId'
  | 'tokens'
  | 'isEstimated'
  | 'hasTokenCounts'
  | 'status'
  | 'serviceTier'
  | 'operation'
>;

/** The last step of every decoder: dates the usage, checks its ids, and quarantines it if anything was wrong. */
export function finishUsage(
  line: Fields,
  { usage: read, at, now }: { usage: ReadUsage; at: string; now: Date },
): Decoded {
  const misread = line.problem;
  if (misread !== undefined) return { kind: 'quarantined', ...misread };
  const startedAt = readTimestamp(at, now);
  if (startedAt.kind !== 'read') return quarantined(startedAt.kind, startedAt.detail);
  const usage = makeUsage(read, startedAt.iso);
  const misnamed = checkIdentifiers(line, usage);
  return misnamed === undefined ? { kind: 'usage', usage } : { kind: 'quarantined', ...misnamed };
}

/** Sets only what is there: an optional property is absent, never `undefined`. */
function makeUsage(read: ReadUsage, startedAt: string): Usage {
  const usage: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    source: read.source,
    requestId: read.requestId,
    startedAt,
    modelId: read.modelId,
    tokens: read.tokens,
    isEstimated: read.isEstimated,
    hasTokenCounts: read.hasTokenCounts,
    status: read.status,
    serviceTier: read.serviceTier,
    operation: read.operation,
  };
  copyOptionalUsage(read, usage);
  return usage;
}
