import type { Level, Person } from './people.ts';
import type { Random } from './random.ts';

type Scope = 'global' | 'us' | 'eu';

/**
 * `from` is the first UTC day of the model's list price; a sample never uses it earlier. `scopes` are
 * the inference profile prefixes under which it is called.
 */
type SampleModel = Readonly<{ id: string; from: string; scopes: readonly Scope[] }>;

/** A model as one session calls it. */
export type CalledModel = Readonly<{
  /** As logged: an inference profile id or its ARN. */
  modelId: string;
  /** As the response body names it. */
  name: string;
  region: string;
  scope: Scope;
}>;

/** Not in any price list: a ledger must keep its requests as unpriced. */
export const UNKNOWN_MODEL: CalledModel = {
  modelId: 'us.anthropic.claude-saga-1-v1:0',
  name: 'claude-saga-1',
  region: 'us-east-1',
  scope: 'us',
};

const ACCOUNT_ID = '111122223333';
const EVERYWHERE = ['global', 'us', 'eu'] as const;
const US_AND_EU = ['us', 'eu'] as const;
const US_ONLY = ['us'] as const;

const model = (id: string, from: string, scopes: readonly Scope[]): SampleModel => ({ id, from, scopes });

const SONNETS = [
  model('claude-sonnet-5-5', '2026-09-28', EVERYWHERE),
  model('claude-sonnet-5', '2026-06-30', EVERYWHERE),
  model('claude-sonnet-4-6', '2026-02-17', EVERYWHERE),
  model('claude-sonnet-4-5-20250929-v1:0', '2025-09-29', EVERYWHERE),
  model('claude-sonnet-4-20250514-v1:0', '2025-05-14', US_AND_EU),
  model('claude-3-7-sonnet-20250219-v1:0', '2025-02-24', US_AND_EU),
  model('claude-3-5-sonnet-20241022-v2:0', '2024-06-20', US_ONLY),
];
const HAIKUS = [
  model('claude-haiku-5-5', '2026-10-07', EVERYWHERE),
  model('claude-haiku-4-5-20251001-v1:0', '2025-10-15', EVERYWHERE),
  model('claude-3-5-haiku-20241022-v1:0', '2024-11-04', US_ONLY),
  model('claude-3-haiku-20240307-v1:0', '2024-03-13', US_AND_EU),
];
const OPUSES = [
  model('claude-opus-5-5', '2026-09-22', EVERYWHERE),
  model('claude-opus-5', '2026-07-24', EVERYWHERE),
  model('claude-opus-4-8', '2026-05-28', EVERYWHERE),
  model('claude-opus-4-7', '2026-04-16', EVERYWHERE),
  model('claude-opus-4-6-v1', '2026-02-05', EVERYWHERE),
  model('claude-opus-4-5-20251101-v1:0', '2025-11-24', EVERYWHERE),
  model('claude-opus-4-1-20250805-v1:0', '2025-08-05', US_ONLY),
  model('claude-opus-4-20250514-v1:0', '2025-05-14', US_ONLY),
  model('claude-3-opus-20240229-v1:0', '2024-03-04', US_ONLY),
];

/** Newest first. The `late` roles are people who have not moved to the newest model yet. */
const ROLES = {
  sonnet: SONNETS,
  lateSonnet: SONNETS.slice(3),
  haiku: HAIKUS,
  lateHaiku: HAIKUS.slice(1),
  opus: OPUSES,
  lateOpus: OPUSES.slice(2),
} as const;

export type ModelRole = keyof typeof ROLES;

const ROLE_WEIGHTS: Readonly<Record<Level, readonly (readonly [ModelRole, number])[]>> = {
  heavy: [
    ['sonnet', 52],
    ['haiku', 16],
    ['lateHaiku', 10],
    ['opus', 12],
    ['lateOpus', 4],
    ['lateSonnet', 6],
  ],
  moderate: [
    ['sonnet', 48],
    ['haiku', 22],
    ['lateHaiku', 12],
    ['opus', 8],
    ['lateOpus', 4],
    ['lateSonnet', 6],
  ],
  light: [
    ['sonnet', 45],
    ['haiku', 30],
    ['lateHaiku', 12],
    ['opus', 3],
    ['lateSonnet', 10],
  ],
};

const REGIONS = { us: ['us-east-1', 'us-west-2'], eu: ['eu-central-1', 'eu-west-1'] } as const;
const GLOBAL_SHARE = 0.6;
const ARN_SHARE = 0.25;

/** The role of the model that a person of this level opens a session with. */
export function pickRole(level: Level, random: Random): ModelRole {
  return random.weighted(ROLE_WEIGHTS[level]);
}

/** The newest model of a role that had a list price on the day, as this person would call it. */
export function callModel(options: {
  role: ModelRole;
  day: string;
  person: Person;
  random: Random;
}): CalledModel {
  const { person, random } = options;
  const { id, scopes } = newestModel(options.role, options.day);
  const scope = pickScope(scopes, person, random);
  const region = random.pick(REGIONS[scope === 'global' ? person.geo : scope]);
  const profile = `${scope}.anthropic.${id}`;
  const arn = `arn:aws:bedrock:${region}:${ACCOUNT_ID}:inference-profile/${profile}`;
  return { modelId: random.chance(ARN_SHARE) ? arn : profile, name: shortName(id), region, scope };
}

/** The newest model of a role under its widest prefix, without any choice: the same every day. */
export function callFixedModel(role: ModelRole, day: string): CalledModel {
  const { id, scopes } = newestModel(role, day);
  const scope = scopes[0] ?? 'us';
  return { modelId: `${scope}.anthropic.${id}`, name: shortName(id), region: 'us-east-1', scope };
}

function newestModel(role: ModelRole, day: string): SampleModel {
  const found = ROLES[role].find(({ from }) => from <= day);
  if (found === undefined) throw new RangeError(`No model of role ${role} had a price on ${day}.`);
  return found;
}

function pickScope(scopes: readonly Scope[], person: Person, random: Random): Scope {
  if (scopes.includes('global') && random.chance(GLOBAL_SHARE)) return 'global';
  return scopes.includes(person.geo) ? person.geo : 'us';
}

function shortName(id: string): string {
  return id.replace(/-v\d+(:\d+)?$/, '');
}
