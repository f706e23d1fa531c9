import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { REQUEST_STATUSES, type RequestStatus } from '../domain/usage.ts';
import type { LogFormat } from './decoded.ts';
import { embeddedObject } from './embeddedObject.ts';
import { Fields, isJson, type Json, looseTextOf } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, zonedTime } from './gatewayTime.ts';
import { type HttpOutcome, readHttpOutcome } from './httpStatus.ts';
import { type LoggedIdentity, readIdentity } from './identity.ts';
import { readSurcharges, readUsageObject } from './usageObject.ts';

/**
 * Any line that has a provider's own `usage` object beside a `model`: the answers of Anthropic, of Bedrock's
 * Converse, and of OpenAI's chat and Responses APIs, with a time and perhaps an id under a usual name. Input of
 * the first two excludes cache tokens, input of OpenAI's includes them. It is tried last, for it asks for little.
 */
export const plainUsageFormat: LogFormat = {
  name: 'plain',
  source: 'plain',
  recognises: (line) => isJson(line.usage) && line.model !== undefined && !isTollbook(line),
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const usage = isJson(line.usage) ? line.usage : {};
    const usageFields = fields.child('usage');
    const tier = usageFields.raw('service_tier') ?? line.service_tier;
    return finishUsage(fields, {
      now,
      at: requiredTime(fields, TIME_KEYS, zonedTime),
      usage: {
        source: 'plain',
        requestId: readRequestId(fields) ?? eventId(),
        modelId: fields.requiredText('model'),
        region: fields.text('region'),
        ...readUsageObject(fields, usage),
        ...readOutcome(fields),
        ...readSurcharges(fields.within({ ...usage, service_tier: tier }, 'usage')),
        operation: NO_DIMENSION,
        ...readWho(fields, line),
      },
    });
  },
};

const TIME_KEYS = ['timestamp', 'time', 'ts', '@timestamp', 'created', 'created_at'];
const ID_KEYS = ['id', 'request_id', 'requestId'];

/** A later version of Tollbook's own line has counts that no provider has, and must not be half read. */
function isTollbook({ schema }: Json): boolean {
  return typeof schema === 'string' && schema.startsWith('tollbook.');
}

function readRequestId(line: Fields): string | undefined {
  for (const key of ID_KEYS) {
    const id = line.looseText(key);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Metadata is meant for this, so it comes before keys of the same name in the line. */
function readWho(line: Fields, object: Json): LoggedIdentity {
  const metadata = embeddedObject(line, 'metadata');
  return {
    ...readIdentity(line, object, { prefix: '', read: looseTextOf }),
    ...readIdentity(line, metadata, { prefix: 'metadata.', read: looseTextOf }),
  };
}

const FAILED: ReadonlySet<string> = new Set(['failed', 'failure']);

/** An HTTP status, or a word for one; other words, such as `completed`, are no failure. */
function readOutcome(line: Fields): HttpOutcome {
  const code = readHttpOutcome(line, 'status_code') ?? readHttpOutcome(line, 'statusCode');
  if (code !== undefined) return code;
  const status = line.raw('status');
  if (typeof status === 'number') return readHttpOutcome(line, 'status') ?? { status: 'ok' };
  return { status: typeof status === 'string' ? statusOfWord(status) : 'ok' };
}

function statusOfWord(word: string): RequestStatus {
  if (FAILED.has(word)) return 'error';
  return REQUEST_STATUSES.find((status) => status === word) ?? 'ok';
}
