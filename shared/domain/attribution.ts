import { type DirectoryUser, placementOn } from './placement.ts';
import { UNATTRIBUTED, type Usage, usageDay } from './usage.ts';

/** Where the team came from: the log line itself, the directory, or nowhere. */
export type TeamSource = 'log' | 'directory' | 'none';

/** What the directory filled in where the log said nothing. */
export type FilledIn = 'department' | 'costCentre';

export type Attribution = Readonly<{
  user: string;
  team: string;
  teamSource: TeamSource;
  businessUnit?: string;
  department?: string;
  costCentre?: string;
  /** Absent when it filled in nothing. */
  filledIn?: readonly FilledIn[];
}>;

/**
 * Says who a request belongs to: what the log line states first, then where the directory places the user on the
 * day on which the request started. A request without a team is counted under `unattributed`; none is ever
 * dropped for it.
 */
export function attributeUsage(usage: Usage, known: DirectoryUser | undefined): Attribution {
  const user = usage.user ?? UNATTRIBUTED;
  const placement = known === undefined ? undefined : placementOn(known.placements, usageDay(usage));
  if (placement === undefined) return { user, ...teamOf(usage, undefined) };
  const { businessUnit, department, costCentre } = placement;
  const filledIn: FilledIn[] = [];
  if (usage.department === undefined && department !== undefined) filledIn.push('department');
  if (usage.costCentre === undefined && costCentre !== undefined) filledIn.push('costCentre');
  return {
    user,
    ...teamOf(usage, placement.team),
    ...(businessUnit === undefined ? {} : { businessUnit }),
    ...(filledIn.includes('department') && department !== undefined ? { department } : {}),
    ...(filledIn.includes('costCentre') && costCentre !== undefined ? { costCentre } : {}),
    ...(filledIn.length === 0 ? {} : { filledIn }),
  };
}

function teamOf(usage: Usage, placed: string | undefined): Pick<Attribution, 'team' | 'teamSource'> {
  if (usage.team !== undefined) return { team: usage.team, teamSource: 'log' };
  return placed === undefined
    ? { team: UNATTRIBUTED, teamSource: 'none' }
    : { team: placed, teamSource: 'directory' };
}
