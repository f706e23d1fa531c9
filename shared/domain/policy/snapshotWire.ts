import * as z from 'zod';
import type { Increase, Person } from './decision.ts';
import type { PlacedStanding } from './snapshotDifference.ts';
import { amountText, idText } from './wireText.ts';

/**
 * The pieces of which snapshots and their differences consist in JSON. Every id stands once in a list of
 * names, and rows refer to it by its place: 10,000 people with two budgets each take about one megabyte.
 */

const MAX_ROWS = 1_000_000;

const place = z.int().nonnegative();
/** Place of a name, or -1 where there is none. */
const maybePlace = z.int().min(-1);
const instantMs = z.number().min(-8.64e15).max(8.64e15);

export const namesWire = z.array(idText).max(MAX_ROWS);

/** User, team, business unit, department, cost centre, tier, and roles if there are any. */
const personRow = z.union([
  z.tuple([place, maybePlace, maybePlace, maybePlace, maybePlace, maybePlace]),
  z.tuple([place, maybePlace, maybePlace, maybePlace, maybePlace, maybePlace, z.array(place)]),
]);
type PersonRow = z.infer<typeof personRow>;
export const personsWire = z.array(personRow).max(MAX_ROWS);

/** Scope, what it used, and since when it is restricted. */
const standingRow = z.union([z.tuple([place, amountText]), z.tuple([place, amountText, instantMs])]);
export const standingsWire = z
  .array(
    z.strictObject({ budget: place, periodStartMs: instantMs, rows: z.array(standingRow).max(MAX_ROWS) }),
  )
  .max(MAX_ROWS);
type StandingGroup = z.infer<typeof standingsWire>[number];

export const increasesWire: z.ZodType<Increase[]> = z
  .array(
    z.strictObject({
      id: idText,
      budgetId: idText,
      scopeId: idText,
      amount: amountText,
      fromMs: instantMs,
      untilMs: instantMs,
      liftsRestriction: z.boolean(),
    }),
  )
  .max(MAX_ROWS);

export const daysWire = z.array(z.tuple([instantMs, amountText])).max(1_000);
export const placesWire = z.array(place).max(MAX_ROWS);
export const pairsWire = z.array(z.tuple([place, place])).max(MAX_ROWS);

/** Gives each name its place. */
export class NameTable {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.#places.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  maybePlaceOf(name: string | undefined): number {
    return name === undefined ? -1 : this.placeOf(name);
  }
}

/** A row refers to a name that is not in the list. */
export class MissingNameError extends Error {
  readonly code = 'missing_name';
}

/** Finds the name at a place. */
export type NameAt = (place: number) => string;

export function nameAt(names: readonly string[]): NameAt {
  return (place) => {
    const name = names[place];
    if (name === undefined) throw new MissingNameError(`refers to name ${place} of ${names.length}`);
    return name;
  };
}

export function packPerson(person: Person, table: NameTable): unknown[] {
  const { user, team, businessUnit, department, costCentre, tier, roles } = person;
  const place = table.placeOf(user);
  const others = [team, businessUnit, department, costCentre, tier].map((name) => table.maybePlaceOf(name));
  const row = [place, ...others];
  return roles === undefined ? row : [...row, roles.map((role) => table.placeOf(role))];
}

export function unpackPerson(row: PersonRow, name: NameAt): Person {
  const [user, team, businessUnit, department, costCentre, tier, roles] = row;
  return {
    user: name(user),
    ...(team < 0 ? {} : { team: name(team) }),
    ...(businessUnit < 0 ? {} : { businessUnit: name(businessUnit) }),
    ...(department < 0 ? {} : { department: name(department) }),
    ...(costCentre < 0 ? {} : { costCentre: name(costCentre) }),
    ...(tier < 0 ? {} : { tier: name(tier) }),
    ...(roles === undefined ? {} : { roles: roles.map(name) }),
  };
}

/** Standings by budget and period, in the order of their first appearance. */
export function packStandings(standings: Iterable<PlacedStanding>, table: NameTable): unknown[] {
  const groups = new Map<string, { budget: number; periodStartMs: number; rows: unknown[] }>();
  for (const { budgetId, scopeId, standing } of standings) {
    const { periodStartMs, used, restrictedSinceMs } = standing;
    const budget = table.placeOf(budgetId);
    const key = `${budget} ${periodStartMs}`;
    const group = groups.get(key) ?? { budget, periodStartMs, rows: [] };
    groups.set(key, group);
    const row = [table.placeOf(scopeId), String(used)];
    group.rows.push(restrictedSinceMs === undefined ? row : [...row, restrictedSinceMs]);
  }
  return [...groups.values()];
}

export function unpackStandings(groups: readonly StandingGroup[], name: NameAt): PlacedStanding[] {
  return groups.flatMap(({ budget, periodStartMs, rows }) =>
    rows.map(([scope, used, restrictedSinceMs]) => ({
      budgetId: name(budget),
      scopeId: name(scope),
      standing: { periodStartMs, used, ...(restrictedSinceMs === undefined ? {} : { restrictedSinceMs }) },
    })),
  );
}

export function packIncrease(increase: Increase): unknown {
  return { ...increase, amount: String(increase.amount) };
}

export function packDays(days: ReadonlyMap<number, bigint>): unknown[] {
  return [...days].map(([dayStartMs, spent]) => [dayStartMs, String(spent)]);
}
