import { type IncreaseState, type KeptIncrease, stateOfIncrease } from './increase.ts';

/** Who looks: what they asked for themselves is always theirs to see. */
export type IncreaseViewer = Readonly<{ user: string; isApprover: boolean }>;

export type IncreaseSelection = Readonly<{
  /** Only what this person may see; everything for whoever may read the tables. */
  viewer?: IncreaseViewer | undefined;
  state?: IncreaseState | undefined;
  nowMs: number;
}>;

/** How long an approver still finds what was decided or has ended, in days. */
export const DECIDED_SHOWN_DAYS = 31;
const DECIDED_SHOWN_MS = DECIDED_SHOWN_DAYS * 86_400_000;

/** The increases of a selection, those that were asked for last first. */
export function listIncreases(
  increases: readonly KeptIncrease[],
  { viewer, state, nowMs }: IncreaseSelection,
): KeptIncrease[] {
  return increases
    .filter((increase) => state === undefined || stateOfIncrease(increase, nowMs) === state)
    .filter((increase) => viewer === undefined || maySee(increase, viewer, nowMs))
    .sort((a, b) => b.asked.atMs - a.asked.atMs || (a.id < b.id ? -1 : 1));
}

function maySee(increase: KeptIncrease, { user, isApprover }: IncreaseViewer, nowMs: number): boolean {
  if (increase.asked.by === user) return true;
  return isApprover && nowMs < settledAtMs(increase, nowMs) + DECIDED_SHOWN_MS;
}

/** When the last word on an increase was said; now while it waits or is in force. */
function settledAtMs(increase: KeptIncrease, nowMs: number): number {
  const state = stateOfIncrease(increase, nowMs);
  switch (state) {
    case 'requested':
    case 'granted':
      return nowMs;
    case 'denied':
      return increase.denied?.atMs ?? increase.untilMs;
    case 'expired':
      return increase.untilMs;
    default:
      return state satisfies never;
  }
}
