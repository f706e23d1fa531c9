import { z } from 'zod';
import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { definedOnly } from '../domain/definedOnly.ts';
import { REQUEST_STATUSES } from '../domain/usage.ts';
import { type LogFormat, quarantined, quarantinedBySchema, tokenCount } from './decoded.ts';
import { identityProblem } from './identity.ts';
import { readTimestamp } from './timestamp.ts';

const id = z.string();
const count = tokenCount.default(0);

/** Tollbook's own line, for gateways that can choose what they log; `docs/formats.md` describes it. */
export const tollbookV1Schema = z.object({
  schema: z.literal('tollbook.v1'),
  id: id.optional(),
  at: z.string(),
  model: id,
  usage: z
    .object({
      inputTokens: count,
      cacheReadTokens: count,
      cacheWrite5mTokens: count,
      cacheWrite1hTokens: count,
      outputTokens: count,
    })
    .optional(),
  status: z.enum(REQUEST_STATUSES).default('ok'),
  errorCode: id.optional(),
  user: id.optional(),
  team: id.optional(),
  project: id.optional(),
  operation: id.default(NO_DIMENSION),
  entrypoint: id.optional(),
  serviceTier: id.default('standard'),
  region: id.optional(),
});

export const tollbookV1Format: LogFormat = {
  name: 'tollbook.v1',
  recognises: (line) => line.schema === 'tollbook.v1',
  decode(line, { now, eventId }) {
    const parsed = tollbookV1Schema.safeParse(line);
    if (!parsed.success) return quarantinedBySchema(parsed.error);
    const { schema: _schema, id: ownId, at, model, usage, ...rest } = parsed.data;
    const startedAt = readTimestamp(at, now);
    if (startedAt.kind !== 'read') return quarantined(startedAt.kind, startedAt.detail);
    const { user, team, project, operation, entrypoint, serviceTier, errorCode, region } = rest;
    const problem = identityProblem({
      id: ownId,
      modelId: model,
      user,
      team,
      project,
      operation,
      entrypoint,
      serviceTier,
      errorCode,
      region,
    });
    if (problem !== undefined) return quarantined('bad_identifier', problem);
    return {
      kind: 'usage',
      usage: {
        source: 'tollbook',
        requestId: ownId ?? eventId(),
        startedAt: startedAt.iso,
        modelId: model,
        tokens: {
          input: usage?.inputTokens ?? 0,
          cacheRead: usage?.cacheReadTokens ?? 0,
          cacheWrite5m: usage?.cacheWrite5mTokens ?? 0,
          cacheWrite1h: usage?.cacheWrite1hTokens ?? 0,
          output: usage?.outputTokens ?? 0,
        },
        isEstimated: false,
        hasTokenCounts: usage !== undefined,
        ...definedOnly(rest),
      },
    };
  },
};
