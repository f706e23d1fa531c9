/** One who had a large part in an amount: a user, a team, a model. */
export type Driver = Readonly<{
  dimension: 'team' | 'user' | 'model' | 'project' | 'operation';
  id: string;
  costPicoUsd: bigint;
}>;

/**
 * What helps to decide about an alert, gathered once when it is made, so that every channel and every repeat
 * says the same. Each fact is absent where it is not known or makes no sense.
 */
export type AlertFacts = Readonly<{
  /** What the period will have used in the end at the present pace, in the budget's measure. */
  projected?: bigint;
  /** When the limit is reached at the present pace, ISO 8601 in UTC; only when that is before the reset. */
  exhaustedAt?: string;
  /** Cost of a normal day of the scope: the mean of up to 28 days with use before this one. */
  normalDayPicoUsd?: bigint;
  /** Cost of the day so far on which the alert was made. */
  todayPicoUsd?: bigint;
  /** The dearest of the scope and period, at most three. */
  drivers: readonly Driver[];
  /** What happens at the next mark of the ladder: its percentage, and the action in words. */
  next?: Readonly<{ percent: number; action: string }>;
  /** Id of the person who answers for the scope. */
  owner?: string;
}>;

export const MAX_DRIVERS = 3;
