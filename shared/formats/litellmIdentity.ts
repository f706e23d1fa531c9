import { identifierProblem } from '../domain/identifier.ts';
import { embeddedObject } from './embeddedObject.ts';
import { type Fields, looseTextOf } from './fields.ts';
import { type LoggedIdentity, readIdentity } from './identity.ts';

/**
 * Who a request belongs to. What LiteLLM knows from the key comes before what the caller says of itself,
 * because anybody can say anything. Tags have no keys and are not read.
 */
export function readLitellmIdentity(line: Fields, metadata: Fields): LoggedIdentity {
  const stated = {
    ...readStated(metadata, 'requester_metadata'),
    ...readStated(metadata, 'spend_logs_metadata'),
  };
  const user =
    metadata.looseText('user_api_key_user_id') ??
    metadata.looseText('user_api_key_user_email') ??
    line.looseText('user') ??
    usable(line.looseText('end_user')) ??
    stated.user;
  const team =
    metadata.looseText('user_api_key_team_alias') ??
    metadata.looseText('user_api_key_team_id') ??
    line.looseText('team_id') ??
    metadata.looseText('team_alias') ??
    metadata.looseText('team_id') ??
    stated.team;
  const project =
    metadata.looseText('user_api_key_project_alias') ??
    metadata.looseText('user_api_key_project_id') ??
    stated.project;
  const session = usable(line.looseText('session_id')) ?? stated.session;
  return withoutAbsent({ ...stated, user, team, project, session });
}

/**
 * What a caller says of itself, in its own words. What cannot be an id is left out rather than the whole
 * request: Claude Code, for one, sends a user id of account and session that is longer than an id may be.
 */
function readStated(metadata: Fields, key: string): LoggedIdentity {
  const object = embeddedObject(metadata, key);
  const usableText = (value: unknown) => usable(looseTextOf(value)) ?? '';
  return readIdentity(metadata, object, { prefix: `metadata.${key}.`, read: usableText });
}

function usable(id: string | undefined): string | undefined {
  return id === undefined || identifierProblem(id) !== undefined ? undefined : id;
}

type Undefinable<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

function withoutAbsent(identity: Undefinable<LoggedIdentity>): LoggedIdentity {
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
}
