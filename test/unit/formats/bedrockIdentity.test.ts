import { describe, expect, it } from 'vitest';
import { Fields } from '../../../shared/formats/fields.ts';
import { readMetadata, userFromArn } from '../../../shared/formats/identity.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { bedrockRecord, decode, usageOf } from '../../fixtures/decoding.ts';

const identityFromMetadata = (requestMetadata: unknown) =>
  readMetadata(new Fields({ requestMetadata }), 'requestMetadata');

const SESSION_ARN = 'arn:aws:sts::111122223333:assumed-role/llm-gateway/mira@example.com';

describe('userFromArn', () => {
  it.each([
    ['the session of an assumed role', SESSION_ARN, 'mira@example.com'],
    ['an IAM user', 'arn:aws:iam::111122223333:user/mira.holt', 'mira.holt'],
    ['an IAM user under a path', 'arn:aws:iam::111122223333:user/games/chess/mira.holt', 'mira.holt'],
    ['a federated user', 'arn:aws:sts::111122223333:federated-user/mira', 'mira'],
    ['another partition', 'arn:aws-us-gov:iam::111122223333:user/mira', 'mira'],
    ['the root user, who is nobody', 'arn:aws:iam::111122223333:root', undefined],
    ['a role that nobody assumed', 'arn:aws:iam::111122223333:role/llm-gateway', undefined],
    ['an account', 'arn:aws:iam::111122223333:', undefined],
    ['a user without a name', 'arn:aws:iam::111122223333:user/', undefined],
    ['what is cut away', 'arn:aws:sts::xxxx', undefined],
    ['no ARN', 'mira', undefined],
    ['nothing', '', undefined],
  ])('%s', (_what, arn, user) => {
    expect(userFromArn(arn)).toBe(user);
  });
});

describe('who sent a Bedrock request', () => {
  it.each<[string, unknown, string | undefined]>([
    ['text', { arn: SESSION_ARN }, 'mira@example.com'],
    ['a list', { arn: [SESSION_ARN] }, 'mira@example.com'],
    [
      'a list of several: the first',
      { arn: [SESSION_ARN, 'arn:aws:iam::111122223333:user/other'] },
      'mira@example.com',
    ],
    ['an empty list', { arn: [] }, undefined],
    ['null', { arn: null }, undefined],
    ['no ARN', {}, undefined],
    ['no identity', null, undefined],
    ['the root user', { arn: 'arn:aws:iam::111122223333:root' }, undefined],
  ])('with an identity of %s', (_what, identity, user) => {
    expect(usageOf(bedrockRecord({ identity })).user).toBe(user);
  });

  it('is whom the metadata names, before the role that was used', () => {
    const identity = { arn: SESSION_ARN };
    expect(usageOf(bedrockRecord({ identity, requestMetadata: { user: 'jonas' } })).user).toBe('jonas');
    expect(usageOf(bedrockRecord({ identity, requestMetadata: { user: '' } })).user).toBe('mira@example.com');
    expect(usageOf(bedrockRecord({ identity, requestMetadata: {} })).user).toBe('mira@example.com');
  });
});

describe('what metadata says', () => {
  it.each([
    [
      'user',
      [
        'user',
        'User',
        'userId',
        'user_id',
        'user-id',
        'user.id',
        'USER_EMAIL',
        'user.email',
        'userEmail',
        'email',
        'E-Mail',
      ],
    ],
    ['team', ['team', 'TEAM', 'teamId', 'team_id', 'team-id', 'team.id', 'teamName', 'team.name']],
    ['project', ['project', 'projectId', 'project_id', 'project.name', 'PROJECT-NAME']],
    ['operation', ['operation', 'Operation', 'feature', 'FEATURE']],
    ['entrypoint', ['entrypoint', 'entry_point', 'entryPoint', 'app.entrypoint', 'app-entrypoint']],
    ['department', ['department', 'Department']],
    ['costCentre', ['costCentre', 'cost_centre', 'cost-center', 'cost.center', 'CostCenter']],
    ['repository', ['repository', 'repo', 'REPO']],
    ['session', ['session', 'sessionId', 'session_id', 'session.id']],
    ['priority', ['priority', 'PRIORITY']],
  ])('finds the %s under any of its names', (dimension, keys) => {
    for (const key of keys) {
      expect(identityFromMetadata({ [key]: 'value', unrelated: 'x' }), key).toStrictEqual({
        [dimension]: 'value',
      });
    }
  });

  it.each<[string, JsonObject, object]>([
    ['user before user id', { userId: 'b', user: 'a' }, { user: 'a' }],
    ['user id before user e-mail', { userEmail: 'c', user_id: 'b' }, { user: 'b' }],
    ['user e-mail before e-mail', { email: 'd', 'user.email': 'c' }, { user: 'c' }],
    ['team before team id', { team_id: 'b', team: 'a' }, { team: 'a' }],
    ['team id before team name', { teamName: 'c', teamId: 'b' }, { team: 'b' }],
    ['project before project id', { projectId: 'b', project: 'a' }, { project: 'a' }],
    ['operation before feature', { feature: 'b', operation: 'a' }, { operation: 'a' }],
    ['entrypoint before app entrypoint', { 'app.entrypoint': 'b', entrypoint: 'a' }, { entrypoint: 'a' }],
    ['a stated name before an empty one', { team: '', team_id: 'b' }, { team: 'b' }],
    ['a stated name before one that is null', { team: null, team_id: 'b' }, { team: 'b' }],
    ['nothing, where all are empty', { team: '', user: null }, {}],
  ])('%s', (_rule, metadata, identity) => {
    expect(identityFromMetadata(metadata)).toStrictEqual(identity);
  });

  it('takes the stated one of two spellings of one name, in either order', () => {
    expect(identityFromMetadata({ teamId: '', team_id: 'chess' })).toStrictEqual({ team: 'chess' });
    expect(identityFromMetadata({ team_id: 'chess', teamId: '' })).toStrictEqual({ team: 'chess' });
  });

  it('asks no text of a name that another goes before, in either order', () => {
    expect(decode(bedrockRecord({ requestMetadata: { user: 'mira', user_id: 7 } })).kind).toBe('usage');
    expect(decode(bedrockRecord({ requestMetadata: { user_id: 7, user: 'mira' } })).kind).toBe('usage');
  });

  it.each([[undefined], [null], [{}], [{ trace: 7, nested: { user: 'x' }, constructor: 'y' }]])(
    'finds nobody in %j',
    (metadata) => {
      expect(identityFromMetadata(metadata)).toStrictEqual({});
    },
  );

  it.each([
    ['user', { user_id: 7 }, 'requestMetadata.user_id: not text'],
    ['team', { team: ['chess'] }, 'requestMetadata.team: not text'],
    ['project', { project: { id: 'x' } }, 'requestMetadata.project: not text'],
    ['operation', { feature: false }, 'requestMetadata.feature: not text'],
    ['entrypoint', { entrypoint: 0 }, 'requestMetadata.entrypoint: not text'],
  ])('refuses a %s that is not text', (_dimension, requestMetadata, detail) => {
    expect(decode(bedrockRecord({ requestMetadata }))).toStrictEqual({
      kind: 'quarantined',
      reason: 'bad_field',
      detail,
    });
  });

  it.each([['text'], [[]], [7], [true]])('refuses metadata that is %j', (requestMetadata) => {
    expect(decode(bedrockRecord({ requestMetadata }))).toMatchObject({ reason: 'bad_field' });
  });
});

describe('an id that cannot be one', () => {
  const PLACES: [string, (id: string) => JsonObject][] = [
    ['requestId', (requestId) => ({ requestId })],
    ['modelId', (modelId) => ({ modelId })],
    ['user', (user) => ({ requestMetadata: { user } })],
    ['user', (name) => ({ identity: { arn: `arn:aws:iam::111122223333:user/${name}` } })],
    ['team', (team) => ({ requestMetadata: { team } })],
    ['project', (project) => ({ requestMetadata: { project } })],
    ['entrypoint', (entrypoint) => ({ requestMetadata: { entrypoint } })],
    ['operation', (operation) => ({ requestMetadata: { operation } })],
    ['department', (department) => ({ requestMetadata: { department } })],
    ['costCentre', (cost_center) => ({ requestMetadata: { cost_center } })],
    ['repository', (repo) => ({ requestMetadata: { repo } })],
    ['session', (session) => ({ requestMetadata: { session } })],
    ['priority', (priority) => ({ requestMetadata: { priority } })],
    ['errorCode', (errorCode) => ({ errorCode })],
    ['region', (region) => ({ region })],
  ];

  it.each(PLACES)('%s goes to quarantine and is not quoted', (name, fields) => {
    const bad = [
      'a#b',
      'a\u0000b',
      'a\nb',
      'a\u2028b',
      'a\ud800',
      'x'.repeat(name === 'modelId' ? 257 : 129),
    ];
    for (const id of bad) {
      const decoded = decode(bedrockRecord(fields(id)));
      expect(decoded, JSON.stringify(id)).toMatchObject({ kind: 'quarantined', reason: 'bad_identifier' });
      expect(decoded).toHaveProperty('detail', expect.stringMatching(new RegExp(`^${name} (holds|is) `)));
      expect(JSON.stringify(decoded)).not.toContain('a#b');
    }
  });

  it.each(PLACES)('%s may be as long as its limit', (name, fields) => {
    const longest = 'x'.repeat(name === 'modelId' ? 256 : 128);
    expect(decode(bedrockRecord(fields(longest))).kind).toBe('usage');
  });

  it('is empty: a request without a request id or a model cannot be counted', () => {
    expect(decode(bedrockRecord({ requestId: '' }))).toMatchObject({ detail: 'requestId is empty' });
    expect(decode(bedrockRecord({ modelId: '' }))).toMatchObject({ detail: 'modelId is empty' });
  });
});
