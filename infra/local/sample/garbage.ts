import type { Arrival } from './arrivals.ts';
import { bedrockLine } from './bedrockLine.ts';
import { seededRandom } from './random.ts';
import type { SampleRequest } from './request.ts';
import { sessionRequests } from './requests.ts';
import { dayStartMs, type Plan } from './sessions.ts';

/** What a log group holds besides usable records. None of these may become a usage record of its day. */
const GARBAGE_KINDS = [
  'plainText',
  'truncatedJson',
  'otherSchema',
  'negativeCount',
  'fractionalCount',
  'forbiddenId',
  'farAhead',
] as const;

type GarbageKind = (typeof GARBAGE_KINDS)[number];

const REQUESTS_PER_GARBAGE = 200;
const DAY_MS = 86_400_000;
const FAR_AHEAD_DAYS = 30;
const KEPT_OF_TRUNCATED = 0.6;

/** The day's unusable lines in order of time: one for every 200 requests, and each kind at least once. */
export function planGarbage(plan: Plan, requestCount: number): Arrival[] {
  const count = Math.max(GARBAGE_KINDS.length, Math.round(requestCount / REQUESTS_PER_GARBAGE));
  const arrivals = Array.from({ length: count }, (_, index): Arrival => {
    const request = baseRequest(plan, index);
    const kind = GARBAGE_KINDS[index % GARBAGE_KINDS.length] ?? 'plainText';
    return { atMs: request.atMs, line: garbageLine(kind, request) };
  });
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

/** A sound request that is then spoilt. */
function baseRequest(plan: Plan, index: number): SampleRequest {
  const seed = `${plan.seed}|${plan.day}|garbage|${index}`;
  const random = seededRandom(seed);
  const session = {
    kind: 'chat',
    seed: `${seed}|request`,
    person: random.pick(plan.company.users),
    day: plan.day,
    startMs: dayStartMs(plan.day) + random.int(0, DAY_MS - 1),
    requestCount: 1,
    firstOrdinal: 0,
  } as const;
  for (const { request } of sessionRequests(session, () => 'none')) return { ...request, body: 'inline' };
  throw new RangeError('A session of one request has none.');
}

function garbageLine(kind: GarbageKind, request: SampleRequest): string {
  const { tokens, requestId, atMs } = request;
  const time = new Date(atMs).toISOString();
  switch (kind) {
    case 'plainText':
      return `${time} WARN  gateway: upstream connection closed before the answer was complete, retrying`;
    case 'truncatedJson': {
      const line = bedrockLine(request);
      return line.slice(0, Math.floor(line.length * KEPT_OF_TRUNCATED));
    }
    case 'otherSchema':
      return JSON.stringify({ level: 'INFO', time, service: 'llm-gateway', message: 'health check passed' });
    case 'negativeCount':
      return bedrockLine({ ...request, tokens: { ...tokens, input: -tokens.input } });
    case 'fractionalCount':
      return bedrockLine({ ...request, tokens: { ...tokens, output: tokens.output + 0.5 } });
    case 'forbiddenId':
      return bedrockLine({ ...request, requestId: requestId.replaceAll('-', '#') });
    case 'farAhead':
      return bedrockLine({ ...request, atMs: atMs + FAR_AHEAD_DAYS * DAY_MS });
    default:
      return kind satisfies never;
  }
}
