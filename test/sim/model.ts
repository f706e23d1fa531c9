import { createHash } from 'node:crypto';
import type { Company, SimPrices } from './company.ts';
import { addFigures, costOf, type Figures, hourFigures, hourName, NO_FIGURES, Sums } from './figures.ts';
import { eventIdAt, LOG_GROUP } from './logLine.ts';
import { type Sighting, sumTokens } from './sighting.ts';
import type { Entry, LogStream } from './traffic.ts';

/**
 * What the ledger must hold after all of this was logged, worked out from the list of events alone. None of the
 * ledger's code is used: a mistake would have to be made twice, in two ways, to go unseen.
 */
export type Expected = Readonly<{
  /** What each record says, by day and request id; `isSeen` is for whoever compares. */
  records: ReadonlyMap<string, { text: string; isSeen: boolean }>;
  /** By the text of a line's key, see `lineName`. */
  lines: Sums;
  /** By scope and period, see `totalNames`. */
  totals: Sums;
  /** Ids of quarantined log events, each with its day. */
  quarantine: ReadonlySet<string>;
  /**
   * The most that a team could have been seen to spend in a month at any moment, by `team|month`, and a user in
   * a day, by `userName|day`.
   */
  mostSpent: ReadonlyMap<string, bigint>;
  sightings: number;
}>;

/** Who a line is about; the parts of its key in one order. */
export type LineParts = Readonly<{
  day: string;
  team: string;
  user: string;
  model: string;
  project: string;
  entrypoint: string;
  operation: string;
  serviceTier: string;
}>;

export function lineName(parts: LineParts): string {
  const { day, team, user, model, project, entrypoint, operation, serviceTier } = parts;
  return [day, team, user, model, project, entrypoint, operation, serviceTier].join('|');
}

/** The totals that a line is a part of, as a whole and by model. Further scopes join here. */
export function totalNames({ day, team, model }: Pick<LineParts, 'day' | 'team' | 'model'>): string[] {
  return ['org', `team ${team}`].flatMap((scope) =>
    [day, day.slice(0, 7)].flatMap((period) => [`${scope} ${period}`, `${scope} ${period} ${model}`]),
  );
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The totals that have the same hours as a line: all but those by model. */
export function hourTotalNames({ day, team }: Pick<LineParts, 'day' | 'team'>): string[] {
  return ['org', `team ${team}`].flatMap((scope) => [`${scope} ${day}`, `${scope} ${day.slice(0, 7)}`]);
}

/** The line that a sighting would be counted in, and what it would add to it. */
type Effect = Readonly<{ parts: LineParts; figures: Figures; text: string }>;

export type ModelOptions = Readonly<{ company: Company; prices: SimPrices; earlierPrices?: SimPrices }>;

type SightingEntry = Extract<Entry, { kind: 'sighting' }>;
type Best = Readonly<{ sighting: Sighting; startedMs: number }>;

export function expectedBooks(streams: readonly LogStream[], options: ModelOptions): Expected {
  const best = new Map<string, Best>();
  const quarantine = new Set<string>();
  const mostSpent = new Map<string, bigint>();
  let sightings = 0;
  for (const stream of streams) {
    for (const [place, entry] of stream.entries.entries()) {
      if (entry.kind === 'garbage') quarantine.add(`${dayOf(entry.atMs)}|${eventHash(stream, place)}`);
      if (entry.kind !== 'sighting') continue;
      sightings += 1;
      noteMost(mostSpent, entry, options);
      noteBest(best, entry, () => eventHash(stream, place));
    }
  }
  return { ...booksOf(best, options), quarantine, mostSpent, sightings };
}

function noteBest(best: Map<string, Best>, entry: SightingEntry, eventId: () => string): void {
  const { sighting, request } = entry;
  const { id = eventId(), startedMs } = request;
  const key = `${dayOf(startedMs)}|${id}`;
  const known = best.get(key);
  if (known === undefined || isBetter(sighting, known.sighting)) best.set(key, { sighting, startedMs });
}

function booksOf(best: ReadonlyMap<string, Best>, options: ModelOptions) {
  const records = new Map<string, { text: string; isSeen: boolean }>();
  const [lines, totals] = [new Sums(), new Sums()];
  for (const [key, { sighting, startedMs }] of best) {
    const effect = effectOf(sighting, startedMs, options);
    records.set(key, { text: effect.text, isSeen: false });
    lines.add(lineName(effect.parts), effect.figures);
    lines.add(hourName(lineName(effect.parts), hourOf(startedMs)), hourOfEffect(effect));
    for (const name of totalNames(effect.parts)) totals.add(name, effect.figures);
  }
  return { records, lines, totals };
}

/** The hour of a record, in UTC, is that of its request's start. */
export function hourOf(startedMs: number): number {
  return Math.floor((startedMs % DAY_MS) / HOUR_MS);
}

function hourOfEffect({ figures }: Effect): Figures {
  return hourFigures(1n, costOf(figures));
}

/** What a record says, as far as the events decide it: not when it was posted, nor how often revised. */
export function recordText(parts: LineParts, figures: Figures): string {
  return `${lineName(parts)}|${figures.join(',')}`;
}

function effectOf(
  sighting: Sighting,
  startedMs: number,
  { company, prices }: Pick<ModelOptions, 'company' | 'prices'>,
): Effect {
  const { modelId, status, tokens } = sighting;
  const price = prices[modelId];
  const hasTokens = tokens !== undefined && sumTokens(tokens) > 0;
  const isPriced = tokens !== undefined && price !== undefined;
  const isFree = status !== 'ok' && !hasTokens;
  const counts = tokens ?? [0, 0, 0, 0, 0];
  const figures = [
    1n,
    status === 'throttled' ? 1n : 0n,
    status === 'blocked' ? 1n : 0n,
    status === 'error' ? 1n : 0n,
    isPriced || isFree ? 0n : 1n,
    0n,
    ...counts.map(BigInt),
    ...counts.map((count, index) => BigInt(count) * (price?.rates[index] ?? 0n)),
    0n,
    0n,
  ];
  const user = sighting.user ?? 'unattributed';
  const parts = {
    day: dayOf(startedMs),
    team: sighting.team ?? teamOf(company, user),
    user,
    model: price?.model ?? modelId,
    project: sighting.project ?? '-',
    entrypoint: sighting.entrypoint ?? '-',
    operation: sighting.operation ?? '-',
    serviceTier: 'standard',
  };
  return { parts, figures, text: recordText(parts, figures) };
}

function teamOf({ people }: Company, user: string): string {
  return people.find((person) => person.user === user)?.team ?? 'unattributed';
}

const STATUS_ORDER = ['throttled', 'error', 'blocked', 'ok'];

/** Counts are better than none, then more tokens, then the better end. */
function isBetter(a: Sighting, b: Sighting): boolean {
  if ((a.tokens === undefined) !== (b.tokens === undefined)) return a.tokens !== undefined;
  const more = sumTokens(a.tokens ?? []) - sumTokens(b.tokens ?? []);
  return more !== 0 ? more > 0 : STATUS_ORDER.indexOf(a.status) > STATUS_ORDER.indexOf(b.status);
}

/** While better sightings are still to come, and prices to change, a team may be seen to have spent more than in the end. */
function noteMost(
  mostSpent: Map<string, bigint>,
  { request, sighting }: SightingEntry,
  { company, prices, earlierPrices = prices }: ModelOptions,
): void {
  const now = effectOf(sighting, request.startedMs, { company, prices });
  const before = effectOf(sighting, request.startedMs, { company, prices: earlierPrices });
  const most = [costOf(now.figures), costOf(before.figures)].reduce((a, b) => (a > b ? a : b));
  const { team, user, day } = now.parts;
  for (const key of [`${team}|${day.slice(0, 7)}`, `${userName(user)}|${day}`]) {
    mostSpent.set(key, (mostSpent.get(key) ?? 0n) + most);
  }
}

/** A user's name where names of teams are, too. */
export function userName(user: string): string {
  return `user ${user}`;
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The id of a log event that brings none for its request, as docs/architecture.md defines it. */
function eventHash({ name }: LogStream, place: number): string {
  const text = JSON.stringify([LOG_GROUP, name, eventIdAt(place)]);
  return `event-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** Spend of each team's months, from the totals. */
export function spentOf(totals: Sums, team: string, month: string): bigint {
  return costOf(addFigures(totals.of(`team ${team} ${month}`), NO_FIGURES));
}
