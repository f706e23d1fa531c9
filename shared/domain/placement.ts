import { addDays } from './period.ts';

/** Where a user belongs for some time, in UTC days: from `from` on and before `to`; without them, ever. */
export type Placement = Readonly<{
  from?: string;
  to?: string;
  team?: string;
  businessUnit?: string;
  department?: string;
  costCentre?: string;
  /** Id of the person who leads the team. */
  lead?: string;
  /** Which of the company's limits for users hold, such as `premium`. */
  tier?: string;
  roles?: readonly string[];
}>;

/** What the company's directory knows of a user. No two placements share a day. */
export type DirectoryUser = Readonly<{
  user: string;
  placements: readonly Placement[];
  /** The day from which recorded requests have still to be moved to where these placements put them. */
  movesFrom?: string;
}>;

/** Before all days, and after them: text order is time order. */
export const FIRST_DAY = '0000-01-01';
const LAST_DAY = '9999-12-31';

/** What a placement decides about a record. */
const OWNERS = ['team', 'businessUnit', 'department', 'costCentre'] as const;

export function placementOn(placements: readonly Placement[], day: string): Placement | undefined {
  return placements.find(({ from = FIRST_DAY, to }) => from <= day && (to === undefined || day < to));
}

/** The first placement that shares a day with one before it, and the first such day; or one that has no day. */
export function findOverlap(
  placements: readonly Placement[],
): Readonly<{ index: number; day: string }> | undefined {
  for (const [index, { from = FIRST_DAY, to = LAST_DAY }] of placements.entries()) {
    if (to <= from) return { index, day: from };
    for (const { from: otherFrom = FIRST_DAY, to: otherTo = LAST_DAY } of placements.slice(0, index)) {
      if (from < otherTo && otherFrom < to) return { index, day: from > otherFrom ? from : otherFrom };
    }
  }
  return undefined;
}

/**
 * The first day on which two accounts of a user disagree about who a request belongs to; `undefined` when they
 * never do. A lead, a tier or a role moves no request.
 */
export function firstDifference(
  before: readonly Placement[],
  after: readonly Placement[],
): string | undefined {
  const turns = [...before, ...after].flatMap(({ from, to }) =>
    [from, to].filter((day) => day !== undefined),
  );
  return [FIRST_DAY, ...turns].sort().find((day) => {
    const [a, b] = [placementOn(before, day), placementOn(after, day)];
    return OWNERS.some((owner) => a?.[owner] !== b?.[owner]);
  });
}

/** Placements as one text, whatever the order in which a placement's facts were written. */
export function placementsText(placements: readonly Placement[]): string {
  const facts = placements.map((placement) => Object.entries(placement).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify(facts);
}

/** The last day of a placement, for people; `undefined` when it has no end. */
export function lastDay({ to }: Placement): string | undefined {
  return to === undefined ? undefined : addDays(to, -1);
}
