import { identifierProblem, MAX_IDENTIFIER_BYTES, MAX_MODEL_ID_BYTES } from '../domain/identifier.ts';
import type { Usage } from '../domain/usage.ts';
import { type FieldProblem, type Fields, isJson, type Json, textOf } from './fields.ts';

type Dimension = keyof Pick<
  Usage,
  | 'user'
  | 'team'
  | 'project'
  | 'operation'
  | 'entrypoint'
  | 'department'
  | 'costCentre'
  | 'repository'
  | 'session'
  | 'priority'
>;

/** Identity and dimensions that a log line may state about itself. */
export type LoggedIdentity = Readonly<Partial<Record<Dimension, string>>>;

/**
 * Metadata keys by dimension, in order of preference, written without case, dots, dashes and
 * underscores: `team.id`, `team_id` and `teamId` are one key.
 */
const METADATA_KEYS: Readonly<Record<Dimension, readonly string[]>> = {
  user: ['user', 'userid', 'useremail', 'email'],
  team: ['team', 'teamid', 'teamname'],
  project: ['project', 'projectid', 'projectname'],
  operation: ['operation', 'feature'],
  entrypoint: ['entrypoint', 'appentrypoint'],
  department: ['department'],
  costCentre: ['costcentre', 'costcenter'],
  repository: ['repository', 'repo'],
  session: ['session', 'sessionid'],
  priority: ['priority'],
};

type KeyMeaning = Readonly<{ dimension: Dimension; preference: number }>;

const MEANINGS: ReadonlyMap<string, KeyMeaning> = new Map(
  Object.entries(METADATA_KEYS).flatMap(([dimension, keys]) =>
    keys.map((key, preference) => [key, { dimension: dimension as Dimension, preference }] as const),
  ),
);

/** A gateway uses the same few keys in every line, so what each means is looked up once. */
const knownKeys = new Map<string, KeyMeaning | undefined>();
const MAX_KNOWN_KEYS = 1_000;
const MAX_KEY_LENGTH = 64;

/** Reads who a request belongs to from the metadata that its caller attached. */
export function readMetadata(line: Fields, place: string): LoggedIdentity {
  const metadata = line.raw(place);
  if (metadata === undefined || metadata === null) return {};
  if (!isJson(metadata)) {
    line.fail('bad_field', place, 'not an object');
    return {};
  }
  return readIdentity(line, metadata, { prefix: `${place}.`, read: textOf });
}

/** The text of a value: empty when it says nothing, `undefined` when it is no text. */
type ReadText = (value: unknown) => string | undefined;

/** How to read an identity's fields, and what stands before their names when one is wrong. */
type IdentityPlace = Readonly<{ prefix: string; read: ReadText }>;

/** Reads the same from an object that was found by other means. */
export function readIdentity(line: Fields, metadata: Json, { prefix, read }: IdentityPlace): LoggedIdentity {
  const identity: Partial<Record<Dimension, string>> = {};
  for (const [dimension, key] of preferredKeys(metadata, read)) {
    const text = read(metadata[key]);
    if (text !== undefined) identity[dimension] = text;
    else line.fail('bad_field', `${prefix}${key}`, 'not text');
  }
  return identity;
}

/** The key that says most for each dimension; one without a value says nothing. */
function preferredKeys(metadata: Json, read: ReadText): Map<Dimension, string> {
  const keys = new Map<Dimension, string>();
  for (const key of Object.keys(metadata)) {
    const meaning = meaningOf(key);
    const value = metadata[key];
    if (meaning === undefined || value === undefined || value === null || read(value) === '') continue;
    const rival = keys.get(meaning.dimension);
    if (rival === undefined || meaning.preference < preferenceOf(rival)) keys.set(meaning.dimension, key);
  }
  return keys;
}

function preferenceOf(key: string): number {
  return meaningOf(key)?.preference ?? Number.POSITIVE_INFINITY;
}

function meaningOf(key: string): KeyMeaning | undefined {
  if (key.length > MAX_KEY_LENGTH) return undefined;
  if (knownKeys.has(key)) return knownKeys.get(key);
  if (knownKeys.size >= MAX_KNOWN_KEYS) knownKeys.clear();
  const meaning = MEANINGS.get(key.toLowerCase().replace(/[._-]/g, ''));
  knownKeys.set(key, meaning);
  return meaning;
}

/** The person behind an IAM identity: an assumed role's session name, or the name of an IAM user. */
export function userFromArn(arn: string): string | undefined {
  const resource = arn.split(':', 6)[5] ?? '';
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const isPerson = /^(?:assumed-role|user|federated-user)\//.test(resource);
  return isPerson && name !== '' ? name : undefined;
}

/** Checks the ids of a usage; the first that cannot be one is the line's problem. */
export function checkIdentifiers(line: Fields, usage: Usage): FieldProblem | undefined {
  check(line, 'requestId', usage.requestId);
  check(line, 'modelId', usage.modelId, MAX_MODEL_ID_BYTES);
  check(line, 'user', usage.user);
  check(line, 'team', usage.team);
  check(line, 'project', usage.project);
  check(line, 'operation', usage.operation);
  check(line, 'entrypoint', usage.entrypoint);
  check(line, 'serviceTier', usage.serviceTier);
  check(line, 'region', usage.region);
  check(line, 'errorCode', usage.errorCode);
  check(line, 'department', usage.department);
  check(line, 'costCentre', usage.costCentre);
  check(line, 'repository', usage.repository);
  check(line, 'session', usage.session);
  check(line, 'priority', usage.priority);
  check(line, 'inferenceGeo', usage.inferenceGeo);
  return line.problem;
}

function check(line: Fields, name: string, id: string | undefined, maxBytes = MAX_IDENTIFIER_BYTES): void {
  const problem = id === undefined ? undefined : identifierProblem(id, maxBytes);
  if (problem !== undefined) line.failIdentifier(name, problem);
}
