import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { REQUEST_STATUSES, type RequestStatus } from '../domain/usage.ts';
import type { LogFormat } from './decoded.ts';
import { Fields, isJson } from './fields.ts';
import { finishUsage } from './finishUsage.ts';

/** Tollbook's own line, for gateways that can choose what they log; `docs/formats.md` describes it. */
export const tollbookV1Format: LogFormat = {
  name: 'tollbook.v1',
  source: 'tollbook',
  recognises: (line) => line.schema === 'tollbook.v1',
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const counts = fields.child('usage');
    return finishUsage(fields, {
      now,
      at: fields.requiredText('at'),
      usage: {
        source: 'tollbook',
        requestId: fields.text('id') ?? eventId(),
        modelId: fields.requiredText('model'),
        region: fields.text('region'),
        tokens: {
          input: counts.count('inputTokens') ?? 0,
          cacheRead: counts.count('cacheReadTokens') ?? 0,
          cacheWrite5m: counts.count('cacheWrite5mTokens') ?? 0,
          cacheWrite1h: counts.count('cacheWrite1hTokens') ?? 0,
          output: counts.count('outputTokens') ?? 0,
        },
        isEstimated: false,
        hasTokenCounts: isJson(fields.raw('usage')),
        status: readStatus(fields),
        errorCode: fields.text('errorCode'),
        serviceTier: fields.text('serviceTier') ?? 'standard',
        user: fields.text('user'),
        team: fields.text('team'),
        project: fields.text('project'),
        operation: fields.text('operation') ?? NO_DIMENSION,
        entrypoint: fields.text('entrypoint'),
        department: fields.text('department'),
        costCentre: fields.text('costCentre'),
        repository: fields.text('repository'),
        session: fields.text('session'),
        priority: fields.text('priority'),
        attempt: fields.count('attempt'),
        thinkingTokens: counts.count('thinkingTokens'),
        webSearches: counts.count('webSearches'),
      },
    });
  },
};

function readStatus(line: Fields): RequestStatus {
  const status = line.text('status') ?? 'ok';
  const known = REQUEST_STATUSES.find((candidate) => candidate === status);
  if (known === undefined) line.fail('bad_field', 'status', `none of ${REQUEST_STATUSES.join(', ')}`);
  return known ?? 'ok';
}
