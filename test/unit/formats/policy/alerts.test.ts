import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../../../shared/domain/alerts/alertPolicy.ts';
import { comparePolicies } from '../../../../shared/domain/policy/comparePolicies.ts';
import { EMPTY_POLICY, type Policy } from '../../../../shared/domain/policy/policy.ts';
import { encodePolicy, policySchema } from '../../../../shared/domain/policy/policySchema.ts';
import { formatPolicy } from '../../../../shared/formats/policy/formatPolicy.ts';
import { anyAlerts } from './anyAlerts.ts';
import { readSound } from './reading.ts';

const USD = 1_000_000_000_000n;

const FILE = `timeZone: Europe/Berlin
alerts:
  rules:
    projection: { from: 20% }
    resolved: off
    highSpend: off
    expensiveRequest: 1.50 USD
    burn: [{ org: true, spend: 5 USD, within: 5m }, { team: "*", spend: 2 USD, within: 1h }]
    throttled: 20
    silence: 30m
  channels:
    finops: { slackWebhook: "ssm:/tollbook/slack/finops", maxPerHour: 30, digest: { upTo: warning, every: 1h } }
    leads: { slackBot: "secretsmanager:tollbook/slack-bot", conversation: audience }
    ops:
      slackBot: ssm:/tollbook/slack/bot
      conversation: C0123456789
      quietHours: { from: "20:00", to: "07:00", days: Mon-Fri, except: critical }
    mail:
      email: [audience, finance@example.com]
      from: tollbook@example.com
      digest: { daily: "09:30", timeZone: UTC, upTo: info }
    audit: { webhook: "https://hooks.example.com/tollbook", secret: ssm:/tollbook/webhook }
    chat: { amazonQ: "arn:aws:sns:eu-west-1:123456789012:tollbook-chat" }
  routes:
    - { to: finops }
    - { to: [ops, audit, mail, chat], severity: critical }
    - { to: leads, rule: [budget, projection], team: [payments, web], org: true, user: ann }
  viewUrl: https://tollbook.example.com
contacts:
  people: { dana: { email: dana@example.com, slack: U012AB3CD }, max: { slack: W1 2 } }
  teams:
    payments: { lead: dana, deputies: max, managers: [max, dana], email: payments@example.com, slack: C0456, businessUnit: engineering }
  businessUnits: { engineering: { managers: [max] } }
`.replace('W1 2', 'W12');

const READ: AlertPolicy = {
  rules: {
    projection: { isOn: true, fromPercentOfPeriod: 20 },
    resolved: false,
    breaker: true,
    unpricedModel: true,
    drift: true,
    expensiveRequestPicoUsd: 1_500_000_000_000n,
    burns: [
      { scope: 'org', amountPicoUsd: 5n * USD, windowMinutes: 5 },
      { scope: 'team', amountPicoUsd: 2n * USD, windowMinutes: 60 },
    ],
    throttledPerHour: 20,
    silenceMinutes: 30,
  },
  channels: [
    {
      name: 'finops',
      target: { kind: 'slackWebhook', secret: 'ssm:/tollbook/slack/finops' },
      maxPerHour: 30,
      digest: { upTo: 'warning', everyHours: 1, atMinute: 0, timeZone: 'Europe/Berlin' },
    },
    {
      name: 'leads',
      target: { kind: 'slackBot', secret: 'secretsmanager:tollbook/slack-bot', conversation: 'audience' },
      maxPerHour: 20,
    },
    {
      name: 'ops',
      target: { kind: 'slackBot', secret: 'ssm:/tollbook/slack/bot', conversation: 'C0123456789' },
      maxPerHour: 20,
      quietHours: {
        timeZone: 'Europe/Berlin',
        days: [1, 2, 3, 4, 5],
        startMinute: 1_200,
        endMinute: 420,
        exceptFrom: 'critical',
      },
    },
    {
      name: 'mail',
      target: {
        kind: 'email',
        from: 'tollbook@example.com',
        to: [{ kind: 'audience' }, { kind: 'address', address: 'finance@example.com' }],
      },
      maxPerHour: 20,
      digest: { upTo: 'info', everyHours: 24, atMinute: 570, timeZone: 'UTC' },
    },
    {
      name: 'audit',
      target: { kind: 'webhook', url: 'https://hooks.example.com/tollbook', secret: 'ssm:/tollbook/webhook' },
      maxPerHour: 20,
    },
    {
      name: 'chat',
      target: { kind: 'amazonQ', topicArn: 'arn:aws:sns:eu-west-1:123456789012:tollbook-chat' },
      maxPerHour: 20,
    },
  ],
  routes: [
    { to: ['finops'] },
    { to: ['ops', 'audit', 'mail', 'chat'], severities: ['critical'] },
    {
      to: ['leads'],
      rules: ['budget', 'projection'],
      scopes: [
        { kind: 'org', id: '*' },
        { kind: 'team', id: 'payments' },
        { kind: 'team', id: 'web' },
        { kind: 'user', id: 'ann' },
      ],
    },
  ],
  people: { dana: { email: 'dana@example.com', slack: 'U012AB3CD' }, max: { slack: 'W12' } },
  teams: {
    payments: {
      lead: 'dana',
      deputies: ['max'],
      managers: ['max', 'dana'],
      email: 'payments@example.com',
      slack: 'C0456',
      businessUnit: 'engineering',
    },
  },
  businessUnits: { engineering: { deputies: [], managers: ['max'] } },
  viewUrl: 'https://tollbook.example.com',
};

const withAlerts = (alerts: AlertPolicy): Policy => ({ ...EMPTY_POLICY, alerts });

describe('alerts and contacts', () => {
  it('are read with everything that they can say', () => {
    const { policy, warnings } = readSound(FILE);
    expect(policy.alerts).toEqual(READ);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['no section', 'budgets: []\n'],
    ['empty sections', 'alerts:\ncontacts:\n'],
    ['an empty map', 'alerts: {}\n'],
    ['rules without a rule', 'alerts:\n  rules:\n'],
    [
      'the defaults written out',
      'alerts: { rules: { projection: on, resolved: on, highSpend: $50, silence: off } }\n',
    ],
    ['the default pace in percent', 'alerts: { rules: { projection: { from: 10% }, burn: off } }\n'],
  ])('of %s are the same as none', (_name, text) => {
    expect(readSound(text).policy).toEqual(EMPTY_POLICY);
  });

  it('of contacts alone have the default rules', () => {
    const { policy } = readSound('contacts: { people: { dana: { slack: U012AB3CD } } }\n');
    expect(policy.alerts).toEqual({ ...DEFAULT_ALERT_POLICY, people: { dana: { slack: 'U012AB3CD' } } });
  });

  it.each([
    ['on', true],
    ['true', true],
    ['yes', true],
    ['off', false],
    ['false', false],
    ['no', false],
  ])('take %s for a switch', (text, isOn) => {
    const { alerts } = readSound(
      `alerts: { viewUrl: https://a.example, rules: { breaker: ${text} } }`,
    ).policy;
    expect(alerts?.rules.breaker).toBe(isOn);
  });

  it.each([
    ['fraction of a cent', 'highSpend: 0.000000000001 USD', { highSpendPicoUsd: 1n }],
    ['a single request an hour', 'throttled: 1', { throttledPerHour: 1 }],
    ['most requests an hour', 'throttled: 100000', { throttledPerHour: 100_000 }],
    ['the shortest silence', 'silence: 5m', { silenceMinutes: 5 }],
    ['the longest silence', 'silence: 24h', { silenceMinutes: 1_440 }],
    ['a silence in seconds', 'silence: 600s', { silenceMinutes: 10 }],
    [
      'the shortest burn',
      'burn: [{ org: true, spend: $1, within: 60s }]',
      { burns: [{ scope: 'org', amountPicoUsd: USD, windowMinutes: 1 }] },
    ],
    [
      'the longest burn',
      'burn: [{ org: true, spend: $1, within: 60m }]',
      { burns: [{ scope: 'org', amountPicoUsd: USD, windowMinutes: 60 }] },
    ],
    ['the earliest pace', 'projection: { from: 1% }', { projection: { isOn: true, fromPercentOfPeriod: 1 } }],
    ['no pace', 'projection: off', { projection: { isOn: false, fromPercentOfPeriod: 10 } }],
  ])('take %s', (_name, rule, expected) => {
    expect(readSound(`alerts: { rules: { ${rule} } }`).policy.alerts?.rules).toMatchObject(expected);
  });

  it('that were written are read as the same', () => {
    fc.assert(
      fc.property(anyAlerts, (alerts) => {
        expect(readSound(formatPolicy(withAlerts(alerts))).policy).toEqual(withAlerts(alerts));
      }),
      { numRuns: 300 },
    );
  });

  it('are kept by the store exactly', () => {
    fc.assert(
      fc.property(anyAlerts, (alerts) => {
        expect(policySchema.parse(encodePolicy(withAlerts(alerts)))).toEqual(withAlerts(alerts));
      }),
    );
  });

  it('are compared by all that they say', () => {
    fc.assert(
      fc.property(anyAlerts, anyAlerts, (a, b) => {
        const [before, after] = [withAlerts(a), withAlerts(b)];
        expect(comparePolicies(before, before)).toEqual([]);
        if (formatPolicy(before) !== formatPolicy(after)) {
          expect(comparePolicies(before, after)).not.toEqual([]);
        }
      }),
    );
  });
});
