import { describe, expect, it } from 'vitest';
import type { AlertSubject } from '../../../../shared/domain/alerts/alert.ts';
import {
  type AlertPolicy,
  type AlertRoute,
  DEFAULT_ALERT_POLICY,
  type Recipient,
} from '../../../../shared/domain/alerts/alertPolicy.ts';
import type { AlertPeople } from '../../../../shared/domain/alerts/audience.ts';
import { routeAlert } from '../../../../shared/domain/alerts/routeAlert.ts';
import { makeChannel } from '../../../support/deliveries.ts';
import { makeCrossing } from '../../../support/policies.ts';

const NOBODY: AlertPeople = { approvers: [] };
const AUDIENCE: Recipient = { kind: 'audience' };
const MAIL = makeChannel({ name: 'mail', target: { kind: 'email', from: 't@example.com', to: [AUDIENCE] } });
const BOT = makeChannel({
  name: 'bot',
  target: { kind: 'slackBot', secret: 'ssm:/tollbook/bot', conversation: 'audience' },
});

function policyOf(parts: Partial<AlertPolicy> = {}): AlertPolicy {
  return { ...DEFAULT_ALERT_POLICY, channels: [MAIL], ...parts };
}

function receivers(subject: AlertSubject, policy: AlertPolicy, people: AlertPeople = NOBODY): string[] {
  return routeAlert({ subject }, policy, people).map(({ receiver }) => receiver);
}

function increaseOf(state: 'requested' | 'granted' | 'denied'): AlertSubject {
  return {
    ...{ rule: 'increase', scopeKind: 'team', scopeId: 'blue', month: '2026-07', state, increaseId: 'i1' },
    ...{ budgetId: 'team:blue:month:usd', periodKey: '2026-07', measure: 'usd', amount: 1n },
    ...{ by: 'max', reason: 'release', until: '2026-07-31T00:00:00.000Z' },
  };
}

function highSpendOf(user: string): AlertSubject {
  return {
    ...{ rule: 'highSpend', scopeKind: 'user', scopeId: user, month: '2026-07', day: '2026-07-14' },
    ...{ resetAt: '2026-07-15T00:00:00.000Z', usedPicoUsd: 60n, limitPicoUsd: 50n },
  };
}

describe('routes', () => {
  const channels = ['a', 'b', 'c'].map((name) => makeChannel({ name }));
  const channelsOf = (routes: readonly AlertRoute[], subject: AlertSubject, people = NOBODY) =>
    routeAlert({ subject }, policyOf({ channels, routes }), people).map(({ channel }) => channel);

  it.each<[string, AlertRoute[], string[]]>([
    ['without any, all channels', [], ['a', 'b', 'c']],
    ['without a condition', [{ to: ['b'] }], ['b']],
    ['all that match count, each channel once', [{ to: ['c', 'a'] }, { to: ['a'] }], ['a', 'c']],
    ['of its severity', [{ to: ['a'], severities: ['warning'] }], ['a']],
    ['of another severity', [{ to: ['a'], severities: ['info', 'critical'] }], []],
    ['of its rule', [{ to: ['a'], rules: ['drift', 'budget'] }], ['a']],
    ['of another rule', [{ to: ['a'], rules: ['drift'] }], []],
    ['of its scope', [{ to: ['a'], scopes: [{ kind: 'team', id: 'blue' }] }], ['a']],
    ['of another scope', [{ to: ['a'], scopes: [{ kind: 'team', id: 'red' }] }], []],
    ['of another kind of scope', [{ to: ['a'], scopes: [{ kind: 'project', id: 'blue' }] }], []],
    ['with one condition of two', [{ to: ['a'], rules: ['budget'], severities: ['info'] }], []],
  ])('%s', (_name, routes, told) => {
    expect(channelsOf(routes, makeCrossing())).toEqual(told);
  });

  it('of a team and of a business unit are those of its people too', () => {
    const routes: AlertRoute[] = [
      { to: ['a'], scopes: [{ kind: 'team', id: 'blue' }] },
      { to: ['b'], scopes: [{ kind: 'businessUnit', id: 'labs' }] },
      { to: ['c'], scopes: [{ kind: 'user', id: 'bob' }] },
    ];
    const people = { ...NOBODY, team: 'blue', businessUnit: 'labs' };
    expect(channelsOf(routes, highSpendOf('ann'), people)).toEqual(['a', 'b']);
  });
});

describe('the audience', () => {
  const people = {
    dana: { email: 'dana@example.com', slack: 'U1' },
    eli: { email: 'eli@example.com', slack: 'U2' },
    max: { email: 'max@example.com' },
  };
  const team = {
    ...{ lead: 'dana', deputies: ['eli'], managers: ['max'], email: 'blue@example.com', slack: 'C1' },
    businessUnit: 'labs',
  };
  const labs = { deputies: [], managers: ['vera@example.com'], email: 'labs@example.com' };
  const policy = policyOf({ people, teams: { blue: team }, businessUnits: { labs } });
  const withTeam = (parts: Partial<typeof team>, unit: Partial<typeof labs> = {}) => ({
    ...policy,
    teams: { blue: { ...team, ...parts } },
    businessUnits: { labs: { ...labs, ...unit } },
  });
  const unknown = { lead: 'nobody', deputies: ['noone'] };
  const noEmail = { ...team, ...unknown };
  const { email: _email, ...withoutEmail } = noEmail;
  const { email: _labsEmail, ...unitWithoutEmail } = labs;

  it.each<[string, AlertPolicy, string[]]>([
    ['the lead', policy, ['dana@example.com']],
    ['the deputies of a lead without an address', withTeam({ lead: 'nobody' }), ['eli@example.com']],
    ['the team where neither has one', withTeam(unknown), ['blue@example.com']],
    ['the managers of a team without one', { ...policy, teams: { blue: withoutEmail } }, ['max@example.com']],
    [
      'the managers of the business unit above it',
      { ...policy, teams: { blue: { ...withoutEmail, managers: [] } } },
      ['vera@example.com'],
    ],
    [
      'the business unit itself',
      {
        ...policy,
        teams: { blue: { ...withoutEmail, managers: [] } },
        businessUnits: { labs: { ...labs, managers: ['nobody'] } },
      },
      ['labs@example.com'],
    ],
    [
      'the approvers where nobody is left',
      {
        ...policy,
        teams: { blue: { ...withoutEmail, managers: [] } },
        businessUnits: { labs: { ...unitWithoutEmail, managers: [] } },
      },
      ['cfo@example.com'],
    ],
  ])('of a scope is %s', (_name, alerts, told) => {
    expect(receivers(makeCrossing(), alerts, { approvers: ['cfo@example.com'] })).toEqual(told);
  });

  it.each<[string, AlertSubject, string[]]>([
    ['a rung that names nobody', makeCrossing(), ['dana@example.com']],
    ['a rung of managers', makeCrossing({ notify: ['managers'] }), ['max@example.com']],
    [
      'a rung of all, each once',
      makeCrossing({ notify: ['lead', 'managers', 'approvers'] }),
      ['dana@example.com', 'max@example.com', 'cfo@example.com'],
    ],
    ['an increase that is asked for', increaseOf('requested'), ['cfo@example.com', 'max@example.com']],
    ['an increase that is granted', increaseOf('granted'), ['eli@example.com']],
    ['an increase that is denied', increaseOf('denied'), ['eli@example.com']],
  ])('of %s is told', (_name, subject, told) => {
    const approvers = subject.rule === 'increase' ? ['cfo@example.com', 'max'] : ['cfo@example.com'];
    expect(receivers(subject, policy, { asker: 'eli', approvers })).toEqual(told);
  });

  it('of a user is the lead of his team, or whom the directory names', () => {
    const known = { approvers: [], team: 'blue', lead: 'ida@example.com' };
    expect(receivers(highSpendOf('ann'), policy, known)).toEqual(['dana@example.com']);
    expect(receivers(highSpendOf('ann'), policy, { ...known, team: 'red' })).toEqual(['ida@example.com']);
  });

  it('of a name that every object has is nobody', () => {
    const subject = makeCrossing({ scopeId: 'constructor' });
    expect(receivers(subject, policy, { approvers: ['toString'] })).toEqual([]);
  });

  it('of a bot are Slack ids, the channel of the team among them', () => {
    const bots = { ...policy, channels: [BOT] };
    expect(receivers(makeCrossing(), bots)).toEqual(['U1']);
    expect(receivers(makeCrossing(), { ...withTeam(unknown), channels: [BOT] })).toEqual(['C1']);
  });

  it('and addresses are told once where they are the same', () => {
    const to = [AUDIENCE, ...['finance@example.com', 'Dana@Example.com'].map(addressOf)];
    const mail = makeChannel({ target: { kind: 'email', from: 't@example.com', to } });
    expect(receivers(makeCrossing(), { ...policy, channels: [mail] })).toEqual([
      'dana@example.com',
      'finance@example.com',
    ]);
  });

  it.each(['slackWebhook', 'webhook', 'amazonQ', 'slackBot'] as const)(
    'of a %s with one end is it',
    (kind) => {
      const targets = {
        slackWebhook: { kind: 'slackWebhook', secret: 'ssm:/a' },
        webhook: { kind: 'webhook', secret: 'ssm:/a', url: 'https://example.com' },
        amazonQ: { kind: 'amazonQ', topicArn: 'arn:aws:sns:eu-west-1:1:chat' },
        slackBot: { kind: 'slackBot', secret: 'ssm:/a', conversation: 'C9' },
      } as const;
      expect(
        receivers(makeCrossing(), { ...policy, channels: [makeChannel({ target: targets[kind] })] }),
      ).toEqual(['']);
    },
  );
});

function addressOf(address: string): Recipient {
  return { kind: 'address', address };
}
