import { UNATTRIBUTED, type Usage } from './usage.ts';

/** What the company's directory knows of a user. */
export type DirectoryEntry = Readonly<{
  user: string;
  team?: string;
  businessUnit?: string;
  /** Id of the person who leads the user's team. */
  lead?: string;
}>;

/** Where the team came from: the log line itself, the directory, or nowhere. */
export type TeamSource = 'log' | 'directory' | 'none';

export type Attribution = Readonly<{
  user: string;
  team: string;
  businessUnit?: string;
  teamSource: TeamSource;
}>;

/**
 * Says who a request belongs to: what the log line states first, then the directory's entry of the user.
 * A request without a team is counted under `unattributed`; none is ever dropped for it.
 */
export function attributeUsage(usage: Usage, entry: DirectoryEntry | undefined): Attribution {
  const user = usage.user ?? UNATTRIBUTED;
  const businessUnit = entry?.businessUnit === undefined ? {} : { businessUnit: entry.businessUnit };
  if (usage.team !== undefined) return { user, team: usage.team, teamSource: 'log', ...businessUnit };
  if (entry?.team !== undefined) return { user, team: entry.team, teamSource: 'directory', ...businessUnit };
  return { user, team: UNATTRIBUTED, teamSource: 'none', ...businessUnit };
}
