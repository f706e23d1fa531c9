import { NO_DIMENSION } from '../domain/dailyLine.ts';
import type { LogFormat } from './decoded.ts';
import { embeddedObject } from './embeddedObject.ts';
import { Fields, looseTextOf } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, utcTime } from './gatewayTime.ts';
import { type HttpOutcome, readHttpOutcome } from './httpStatus.ts';
import { readIdentity } from './identity.ts';
import { gatewayCounts, inclusiveCounts } from './promptCounts.ts';
import { readProviderModel } from './providerModel.ts';

/**
 * A line of Portkey's log export. `req_units` are the prompt's tokens as Portkey counts them; the export does
 * not tell cache tokens apart, so that all of them are taken as uncached. `cost`, in cents, is not read.
 *
 * Source: Portkey-AI/docs-core, `product/observability/logs-export.mdx`.
 */
export const portkeyFormat: LogFormat = {
  name: 'portkey',
  source: 'portkey',
  recognises: (line) =>
    line.ai_model !== undefined && (line.req_units !== undefined || line.ai_org !== undefined),
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const at = requiredTime(fields, ['created_at', 'time_of_generation'], utcTime);
    const outcome = readOutcome(fields);
    const isCacheHit = CACHE_HITS.has(fields.looseText('cache_status')?.toUpperCase() ?? '');
    const model = fields.looseText('ai_model');
    if (model === undefined) fields.fail('bad_field', 'ai_model', 'missing');
    const counts = inclusiveCounts(fields, {
      prompt: fields.looseCount('req_units'),
      output: fields.looseCount('res_units'),
      cache: {},
    });
    const metadata = embeddedObject(fields, 'metadata');
    return finishUsage(fields, {
      now,
      at,
      usage: {
        source: 'portkey',
        requestId: readRequestId(fields, at) ?? eventId(),
        ...readProviderModel(model ?? '', fields.looseText('ai_org')),
        ...gatewayCounts(counts, { status: outcome.status, isCacheHit }),
        ...outcome,
        serviceTier: 'standard',
        isCacheHit: isCacheHit || undefined,
        operation: NO_DIMENSION,
        ...readIdentity(fields, metadata, { prefix: 'metadata.', read: looseTextOf }),
      },
    });
  },
};

const CACHE_HITS: ReadonlySet<string> = new Set(['HIT', 'SEMANTIC HIT']);

/** A trace may span many requests, so that its id alone would count them as one. */
function readRequestId(line: Fields, at: string): string | undefined {
  const trace = line.looseText('trace_id');
  return line.looseText('id') ?? (trace === undefined ? undefined : `${trace}@${at}`);
}

/** What Portkey answers when one of its guardrails stops a request. */
const GUARDRAIL_CODE = '446';

function readOutcome(line: Fields): HttpOutcome {
  const outcome = readHttpOutcome(line, 'response_status_code');
  if (outcome?.errorCode === GUARDRAIL_CODE) return { ...outcome, status: 'blocked' };
  return outcome ?? { status: FAILURES.has(line.raw('is_success')) ? 'error' : 'ok' };
}

/** The documentation has 1 and 0, the records have booleans too. */
const FAILURES: ReadonlySet<unknown> = new Set([0, '0', false, 'false']);
