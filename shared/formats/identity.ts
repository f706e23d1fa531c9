import { z } from 'zod';
import { identifierProblem, MAX_IDENTIFIER_BYTES, MAX_MODEL_ID_BYTES } from '../domain/identifier.ts';
import type { Usage } from '../domain/usage.ts';

/** Identity and dimensions that a log line may state about itself. */
export type LoggedIdentity = Readonly<Partial<Record<Dimension, string>>>;

type Dimension = keyof Pick<Usage, 'user' | 'team' | 'project' | 'operation' | 'entrypoint'>;

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
};

const DIMENSIONS: readonly Dimension[] = ['user', 'team', 'project', 'operation', 'entrypoint'];

const metadataSchema = z.record(z.string(), z.unknown());

/** Reads who a request belongs to from the metadata that its caller attached. */
export function identityFromMetadata(metadata: unknown): LoggedIdentity | { problem: string } {
  if (metadata === undefined || metadata === null) return {};
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) return { problem: 'requestMetadata: is not an object' };
  const byKey = new Map(
    Object.entries(parsed.data).map(([key, value]) => [key.toLowerCase().replace(/[._-]/g, ''), value]),
  );
  const identity: Partial<Record<Dimension, string>> = {};
  for (const dimension of DIMENSIONS) {
    const key = METADATA_KEYS[dimension].find((name) => isStated(byKey.get(name)));
    const value = key === undefined ? undefined : byKey.get(key);
    if (value === undefined) continue;
    if (typeof value !== 'string') return { problem: `requestMetadata.${key}: is not text` };
    identity[dimension] = value;
  }
  return identity;
}

/** The person behind an IAM identity: an assumed role's session name, or the name of an IAM user. */
export function userFromArn(arn: string): string | undefined {
  const resource = arn.split(':', 6)[5] ?? '';
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  const isPerson = /^(assumed-role|user|federated-user)\//.test(resource);
  return isPerson && name !== '' ? name : undefined;
}

/** Says which stated id cannot be one, as `team "a#b" holds a # …`; `undefined` when all can. */
export function identityProblem(ids: Readonly<Record<string, string | undefined>>): string | undefined {
  for (const [name, id] of Object.entries(ids)) {
    const limit = name === 'modelId' ? MAX_MODEL_ID_BYTES : MAX_IDENTIFIER_BYTES;
    const problem = id === undefined ? undefined : identifierProblem(id, limit);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  return undefined;
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
