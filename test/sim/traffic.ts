import type { Random } from '../../infra/local/sample/random.ts';
import type { Company } from './company.ts';
import { makeOther, makeSighting, type Sighting } from './sighting.ts';

/** A request with all of its sightings; without an id each log event is a request of its own. */
export type SimRequest = Readonly<{
  id: string | undefined;
  startedMs: number;
  sightings: readonly Sighting[];
}>;

/** What stands in a log stream at one place; its number there is what names it. */
export type Entry =
  | Readonly<{ kind: 'sighting'; request: SimRequest; sighting: Sighting; atMs: number }>
  | Readonly<{ kind: 'garbage'; text: string; atMs: number }>
  | Readonly<{ kind: 'blank'; atMs: number }>;

export type LogStream = Readonly<{ name: string; entries: readonly Entry[] }>;

/** What was logged before, and may still be heard of: most of it lies in days that are sealed by now. */
export type Past = Readonly<{
  requests: readonly SimRequest[];
  /** When it happened. */
  fromMs: number;
  toMs: number;
}>;

export type TrafficOptions = Readonly<{
  random: Random;
  company: Company;
  /** Sets the ids and streams of one part of the traffic apart from those of the others. */
  part: string;
  requests: number;
  startMs: number;
  spanMs: number;
  /** Share of requests that are seen again with other contents. */
  revisionRate: number;
  past?: Past | undefined;
}>;

/** A part of the traffic, and every request with an id that was logged so far, with all sightings of it. */
export type Traffic = Readonly<{ streams: readonly LogStream[]; requests: readonly SimRequest[] }>;

const STREAMS = 3;
const DAY_MS = 86_400_000;
const MAX_PLACES_LATER = 12;
const LATE_RATE = 0.03;
/** Share of requests that belong to the past, and how many of the past's own are seen once more. */
const PAST_RATE = 0.05;
const PAST_SEEN_AGAIN_RATE = 0.03;
const GARBAGE = [
  'no JSON at all',
  '{"schema":"tollbook.v1","model":"m"}',
  '{"some":"other object"}',
  '{"schema":"tollbook.v1","at":"2026-08-01T00:00:00Z","model":"m","usage":{"inputTokens":-1}}',
  '{"schemaType":"ModelInvocationLog","requestId":"a#b","timestamp":"2026-08-01T00:00:00Z","modelId":"m"}',
] as const;

/** Everything that the company's gateways log in a part of the time, by log stream. */
export function makeTraffic(options: TrafficOptions): Traffic {
  const { random, part, requests, startMs, spanMs } = options;
  const streams = Array.from({ length: STREAMS }, (_, index) => ({
    name: `gateway-${part}-${index}`,
    entries: [] as Entry[],
  }));
  const log = (entry: Entry) => random.pick(streams).entries.push(entry);
  const later = new Later(log);
  const { again, requests: earlier } = seePastAgain(options);
  for (const entry of again) later.add(random.int(0, requests - 1), entry);
  const made: SimRequest[] = [];
  for (let index = 0; index < requests; index += 1) {
    const loggedMs = Math.floor(startMs + (spanMs * index) / requests);
    const request = makeRequest(options, { id: `${part}-${index}`, loggedMs });
    if (request.id !== undefined) made.push(request);
    for (const [place, sighting] of request.sightings.entries()) {
      const places = place === 0 ? 0 : random.int(0, MAX_PLACES_LATER);
      later.add(index + places, { kind: 'sighting', request, sighting, atMs: loggedMs });
    }
    later.logAt(index);
    if (random.chance(0.01)) log({ kind: 'garbage', text: random.pick(GARBAGE), atMs: loggedMs });
    if (random.chance(0.005)) log({ kind: 'blank', atMs: loggedMs });
  }
  for (let index = requests; index <= requests + MAX_PLACES_LATER; index += 1) later.logAt(index);
  return { streams, requests: [...earlier, ...made] };
}

/** What is to be logged when so many requests were made. */
class Later {
  readonly #entries = new Map<number, Entry[]>();
  readonly #log: (entry: Entry) => void;

  constructor(log: (entry: Entry) => void) {
    this.#log = log;
  }

  add(index: number, entry: Entry): void {
    this.#entries.set(index, [...(this.#entries.get(index) ?? []), entry]);
  }

  logAt(index: number): void {
    for (const entry of this.#entries.get(index) ?? []) this.#log(entry);
    this.#entries.delete(index);
  }
}

/** Some requests of the past are logged once more, with other contents than any time before. */
function seePastAgain({ random, company, startMs, spanMs, past }: TrafficOptions) {
  const again: Entry[] = [];
  const requests = (past?.requests ?? []).map((request): SimRequest => {
    if (!random.chance(PAST_SEEN_AGAIN_RATE)) return request;
    const sighting = makeOther(random, company, request.sightings);
    again.push({ kind: 'sighting', request, sighting, atMs: startMs + random.int(0, spanMs) });
    return { ...request, sightings: [...request.sightings, sighting] };
  });
  return { again, requests };
}

function makeRequest(
  { random, company, revisionRate, past }: TrafficOptions,
  { id, loggedMs }: { id: string; loggedMs: number },
): SimRequest {
  const lateMs = random.int(0, random.chance(LATE_RATE) ? DAY_MS : 20_000);
  const isOfPast = past !== undefined && random.chance(PAST_RATE);
  const startedMs = isOfPast ? random.int(past.fromMs, past.toMs) : loggedMs - lateMs;
  const first = makeSighting(random, company);
  if (first.format === 'tollbook' && random.chance(0.03))
    return { id: undefined, startedMs, sightings: [first] };
  const sightings = [first];
  while (sightings.length < 4 && random.chance(sightings.length === 1 ? revisionRate : 0.4)) {
    sightings.push(makeOther(random, company, sightings));
  }
  return { id, startedMs, sightings };
}
