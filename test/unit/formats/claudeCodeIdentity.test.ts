import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { apiRequest } from '../../fixtures/claudeCodeEvents.ts';
import { usageOf } from '../../fixtures/decoding.ts';

describe('whose a request of Claude Code is', () => {
  const anonymous = { 'user.email': undefined, 'user.account_uuid': undefined };
  it.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['the address', {}, { 'user.email': 'other@example.com' }, 'mira@example.com'],
    ['the address of the resource', anonymous, { 'user.email': 'ada@example.com' }, 'ada@example.com'],
    ['the account', { 'user.email': '' }, {}, 'account-1'],
    ['the installation', anonymous, {}, '5f2c'],
    ['nobody', { ...anonymous, 'user.id': undefined }, {}, undefined],
  ])('is told by %s', (_what, attributes, resource, user) => {
    expect(usageOf(apiRequest(attributes, resource)).user).toBe(user);
  });

  const stated = { 'team.id': 'platform', department: 'engineering', cost_center: 'eng-123' };
  const more = { repository: 'ledger', project: 'checkout', 'app.entrypoint': 'sdk-ts' };
  const dimensions = {
    team: 'platform',
    department: 'engineering',
    costCentre: 'eng-123',
    repository: 'ledger',
    project: 'checkout',
    entrypoint: 'sdk-ts',
  };
  const raw =
    'team.id=platform,department=engineering,cost_center=eng-123,oops,repository=ledger,project=checkout,app.entrypoint=sdk-ts';
  const { resource: _resource, ...withoutResource } = apiRequest();
  const old = Object.fromEntries(
    Object.entries({ ...stated, ...more }).map(([key, value]) => [`resource_${key}`, value]),
  );
  it.each<[string, JsonObject]>([
    ['the event', apiRequest({ ...stated, ...more }, { 'team.id': 'other', department: 'other' })],
    ['the resource', apiRequest({}, { ...stated, ...more })],
    ['both', apiRequest(stated, more)],
    ['the raw variable in the resource', apiRequest({}, { OTEL_RESOURCE_ATTRIBUTES: raw })],
    ['the raw variable in the event', apiRequest({ OTEL_RESOURCE_ATTRIBUTES: raw })],
    [
      'the resource before its raw variable',
      apiRequest({}, { ...stated, OTEL_RESOURCE_ATTRIBUTES: raw.replace('engineering', 'other') }),
    ],
    ['the line of an old collector', { ...withoutResource, ...old }],
  ])('is told by %s', (_what, line) => {
    expect(usageOf(line)).toMatchObject(dimensions);
  });

  it('takes team for team.id', () => {
    expect(usageOf(apiRequest({ team: 'chess' })).team).toBe('chess');
  });

  it('leaves to the directory what is not told', () => {
    for (const key of Object.keys(dimensions)) expect(usageOf(apiRequest())).not.toHaveProperty(key);
  });
});
