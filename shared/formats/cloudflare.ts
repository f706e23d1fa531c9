import { NO_DIMENSION } from '../domain/dailyLine.ts';
import type { LogFormat } from './decoded.ts';
import { embeddedObject } from './embeddedObject.ts';
import { Fields, looseTextOf } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, zonedTime } from './gatewayTime.ts';
import { type HttpOutcome, readHttpOutcome } from './httpStatus.ts';
import { readIdentity } from './identity.ts';
import { gatewayCounts, inclusiveCounts } from './promptCounts.ts';
import { readProviderModel } from './providerModel.ts';

/**
 * A log of Cloudflare's AI Gateway, as its API lists them. `tokens_in` is the whole prompt; the log does not
 * tell cache tokens apart, so that all of them are taken as uncached. `cached` means that the gateway answered
 * from its own cache and nothing was billed. `cost` is not read.
 *
 * Source: Cloudflare API, List Gateway Logs.
 */
export const cloudflareFormat: LogFormat = {
  name: 'cloudflare',
  source: 'cloudflare',
  recognises: (line) => line.tokens_in !== undefined && line.provider !== undefined,
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const outcome = readOutcome(fields);
    const isCacheHit = readCached(fields);
    const counts = inclusiveCounts(fields, {
      prompt: fields.looseCount('tokens_in'),
      output: fields.looseCount('tokens_out'),
      cache: {},
    });
    const metadata = embeddedObject(fields, 'metadata');
    return finishUsage(fields, {
      now,
      at: requiredTime(fields, ['created_at'], zonedTime),
      usage: {
        source: 'cloudflare',
        requestId: fields.looseText('id') ?? eventId(),
        ...readProviderModel(fields.requiredText('model'), fields.looseText('provider')),
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

function readCached(line: Fields): boolean {
  const cached = line.raw('cached') ?? false;
  if (typeof cached !== 'boolean') line.fail('bad_field', 'cached', 'neither true nor false');
  return cached === true;
}

/** The provider's answer, and where there was none, whether the gateway calls it a success. */
function readOutcome(line: Fields): HttpOutcome {
  const outcome = readHttpOutcome(line, 'status_code');
  const isFailure = line.raw('success') === false;
  if (outcome !== undefined && outcome.status !== 'ok') return outcome;
  return { status: isFailure ? 'error' : 'ok' };
}
