import { seededRandom } from './random.ts';

/**
 * What is unusual about a request. `duplicate`: its line arrives a second time later that day.
 * `partialFirst`: a record with fewer output tokens arrives before the final one.
 */
export type Oddity =
  | 'none'
  | 'duplicate'
  | 'partialFirst'
  | 'throttled'
  | 'error'
  | 'blocked'
  | 'unknownModel';

/** Of every 200 requests in the order of the plan, so that every day has the same proportions. */
const PLACES = 200;
const PLACES_OF: readonly (readonly [oddity: Oddity, places: number])[] = [
  ['duplicate', 4],
  ['partialFirst', 1],
  ['throttled', 3],
  ['error', 1],
  ['blocked', 1],
  ['unknownModel', 1],
];

/** Says of each place in a day's plan what is unusual about that request. */
export function ordinaryOddities(seed: string): (ordinal: number) => Oddity {
  const odd = PLACES_OF.flatMap(([oddity, places]) => Array.from({ length: places }, () => oddity));
  const table = Array.from({ length: PLACES }, (_, place) => odd[place] ?? 'none');
  const shuffled = seededRandom(`${seed}|oddities`).shuffle(table);
  return (ordinal) => shuffled[ordinal % PLACES] ?? 'none';
}

/** The runaway spends the same on every day: its table is fixed and knows no model without a price. */
export function runawayOddities(): (ordinal: number) => Oddity {
  const oddityAt = ordinaryOddities('runaway');
  return (ordinal) => {
    const oddity = oddityAt(ordinal);
    return oddity === 'unknownModel' ? 'none' : oddity;
  };
}
