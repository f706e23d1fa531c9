/** How large a simulation is. */
export type Scale = Readonly<{
  /** How long each part logs. */
  spanMs: number;
  /** How late a delivery may come, or be repeated. */
  maxLateMs: number;
  maxBatch: number;
  teams: number;
  maxPeoplePerTeam: number;
  /** Largest page of a query; small ones make small ledgers page. */
  pageBytes: number;
}>;

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Larger ledgers come in larger batches over more days. */
const LARGE = 5_000;

const SMALL_SCALE: Scale = {
  spanMs: HOUR_MS / 2,
  maxLateMs: HOUR_MS / 2,
  maxBatch: 8,
  teams: 2,
  maxPeoplePerTeam: 3,
  pageBytes: 1_500,
};
const LARGE_SCALE: Scale = {
  spanMs: 12 * HOUR_MS,
  maxLateMs: 6 * HOUR_MS,
  maxBatch: 4_000,
  teams: 4,
  maxPeoplePerTeam: 6,
  pageBytes: 1_048_576,
};

export function scaleOf(events: number): Scale {
  return events < LARGE ? SMALL_SCALE : LARGE_SCALE;
}

/** An hour and a half before a month's last day begins, so that requests and totals fall into two months. */
export const START_MS = Date.parse('2026-07-30T22:30:00Z');

/**
 * The parts of a run, each with its share of the events: at the first prices; while days are being sealed, with
 * late events for just those days; after a month was sealed, through a change of prices, with corrections of
 * all that went before; and when every record of these has expired.
 */
export const PARTS = [
  { name: 'first', share: 0.35, startMs: START_MS },
  { name: 'sealing', share: 0.15, startMs: Date.parse('2026-08-01T23:45:00Z') },
  { name: 'second', share: 0.35, startMs: START_MS + 10 * DAY_MS },
  { name: 'third', share: 0.15, startMs: START_MS + 140 * DAY_MS },
] as const;

export type Part = (typeof PARTS)[number];

/** Records of days before this one have expired when the last part begins, and none of it is as late as that. */
export const FIRST_KEPT_DAY = new Date(PARTS[3].startMs - 10 * DAY_MS).toISOString().slice(0, 10);
