import { describe, expect, it } from 'vitest';
import { fixture, mistakesOf, readSound, warningsOf } from './reading.ts';

const channel = (text: string) => `alerts:\n  channels:\n    a: { ${text} }\n`;
const mail = (text: string) => channel(`from: t@example.com, email: audience, ${text}`);
const route = (text: string) =>
  `alerts:\n  channels: { ops: { slackWebhook: "ssm:/s" } }\n  routes:\n    - { ${text} }\n`;
const contacts = (text: string) => `contacts:\n  ${text}\n`;
const NO_NAME = 'this is no name of a secret such as ssm:/tollbook/slack or secretsmanager:tollbook/slack';

describe('readPolicy refuses as a route or a contact', () => {
  it.each([
    ['a route to an unknown channel', route('to: opps'), '4:13: unknown channel opps; did you mean ops?'],
    [
      'a route where there are no channels',
      'alerts: { routes: [{ to: ops }] }',
      '1:26: unknown channel ops; there are none',
    ],
    [
      'a route to nowhere',
      route('severity: info'),
      '4:7: to is missing: the channels that this route leads to',
    ],
    ['an unknown severity', route('to: ops, severity: [warning, fatal]'), '4:38: unknown severity fatal'],
    [
      'an unknown rule',
      route('to: ops, rule: unpricedmodel'),
      '4:24: unknown rule unpricedmodel; did you mean unpricedModel?',
    ],
    [
      'a route of every team',
      route('to: ops, team: "*"'),
      '4:24: name each team; without the key a route is for all',
    ],
    ['an unknown key of a route', route('to: ops, tema: web'), '4:18: unknown key tema; did you mean team?'],
    ['an unknown key', contacts('persons: {}'), '2:3: unknown key persons'],
    [
      'a person without an address',
      contacts('people: { dana: {} }'),
      '2:13: says how nobody is reached; give email, slack or both',
    ],
    [
      'an address that is none',
      contacts('people: { dana: { email: dana@example } }'),
      '2:28: "dana@example" is no e-mail address such as dana@example.com',
    ],
    [
      "a person's name in Slack",
      contacts('people: { dana: { slack: "@dana" } }'),
      '2:28: "@dana" is no member id of Slack such as U012AB3CD ("Copy member ID" in a profile)',
    ],
    [
      "a person's id for a team",
      contacts('teams: { web: { slack: U012AB3CD } }'),
      '2:26: "U012AB3CD" is no id of a Slack channel such as C0123456789 (below "About" of the channel)',
    ],
    [
      'a unit of a unit',
      contacts('businessUnits: { a: { businessUnit: b, slack: C12 } }'),
      '2:25: unknown key businessUnit',
    ],
    [
      'each team',
      contacts('teams: { "*": { slack: C12 } }'),
      '2:12: "*" stands for each, and here one must be named',
    ],
    [
      'a name that is lost',
      contacts('people: { __proto__: { slack: U12 } }'),
      '2:13: __proto__ cannot be a name here',
    ],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });

  it('all at once, and no route to a channel that is told to be wrong', () => {
    const text =
      'alerts:\n  rules: { drift: x }\n  channels: { a: { slackBot: x } }\n  routes: [{ to: a, rule: y }, { to: z, rule: y }]\n';
    expect(mistakesOf(`${text}contacts: { people: { b: { email: z } } }\n`)).toEqual([
      'p.yaml:2:19: "x" is neither on nor off',
      `p.yaml:3:30: ${NO_NAME}`,
      'p.yaml:4:27: unknown rule y',
      'p.yaml:4:38: unknown channel z; did you mean a?',
      'p.yaml:4:47: unknown rule y',
      'p.yaml:5:35: "z" is no e-mail address such as dana@example.com',
    ]);
  });
});

describe('readPolicy warns of', () => {
  it.each([
    [
      'a channel that no route leads to',
      'alerts:\n  channels: { a: { slackWebhook: "ssm:/s" }, b: { slackWebhook: "ssm:/s" } }\n  routes: [{ to: b }]\n',
      ['2:15: no route leads to channel a'],
    ],
    [
      'quiet hours that hold nothing',
      mail('quietHours: { from: "20:00", to: "07:00", except: info }'),
      ['3:98: every message is as severe as this, so none is held'],
    ],
    [
      'a digest of what is critical',
      mail('digest: { every: 1h, upTo: critical }'),
      ['3:75: what is critical waits for the digest, too'],
    ],
    [
      'a lead who cannot be reached',
      contacts('teams: { web: { lead: dana } }'),
      [
        '2:12: nobody can be reached for team web: neither its people nor a unit have an address',
        '2:25: dana has no address under people',
      ],
    ],
    [
      'a lead who is misspelt, where the team has others',
      contacts('{ people: { dana: { slack: U12 } }, teams: { web: { lead: dna, deputies: [dana] } } }'),
      ['2:61: dna has no address under people; did you mean dana?'],
    ],
    [
      'an unknown unit',
      contacts('teams: { web: { slack: C12, businessUnit: engineering } }'),
      ['2:45: contacts have no business unit engineering'],
    ],
    [
      'a unit without an address',
      contacts('{ businessUnits: { eng: { managers: [max] } }, teams: { web: { businessUnit: eng } } }'),
      [
        '2:22: nobody can be reached for business unit eng: nobody of it has an address',
        '2:39: max has no address under people',
        '2:59: nobody can be reached for team web: neither its people nor a unit have an address',
      ],
    ],
    ['nobody whose id is an address', contacts('teams: { web: { lead: dana@example.com } }'), []],
    [
      'nobody whose unit can be reached',
      contacts('{ businessUnits: { eng: { email: e@example.com } }, teams: { web: { businessUnit: eng } } }'),
      [],
    ],
  ])('%s', (_name, text, warnings) => {
    expect(readSound(text).kind).toBe('read');
    expect(warningsOf(text)).toEqual(warnings.map((warning) => `p.yaml:${warning}`));
  });
});

describe('a scope of the directory that is nearly named', () => {
  const directory = 'directory: { ann: { team: payments, businessUnit: engineering } }\n';
  const text = (team: string, unit: string) =>
    `alerts:\n  channels: { a: { slackWebhook: "ssm:/s" } }\n  routes: [{ to: a, team: ${team} }]\n` +
    `contacts:\n  teams: { ${team}: { slack: C12 } }\n  businessUnits: { ${unit}: { slack: C12 } }\n`;

  it('is warned of in routes and contacts', () => {
    expect(warningsOf(text('paymnets', 'enginering') + directory)).toEqual([
      'p.yaml:3:27: the directory knows no team paymnets; did you mean payments?',
      'p.yaml:5:22: the directory knows no team paymnets; did you mean payments?',
      'p.yaml:6:32: the directory knows no businessUnit enginering; did you mean engineering?',
    ]);
  });

  it.each([
    ['is one of it', text('payments', 'engineering') + directory],
    ['is like none of it', text('ops', 'sales') + directory],
    ['is in a file without a directory', text('paymnets', 'enginering')],
  ])('is told nothing of when it %s', (_name, file) => {
    expect(warningsOf(file)).toEqual([]);
  });
});

describe('alerts beside what another gateway reads', () => {
  it('say how those are reached whom its file names', () => {
    const { policy } = readSound(
      `${fixture('budgetManagement.yaml')}\ncontacts: { businessUnits: { engineering: { managers: max@example.com } } }\n`,
    );
    expect(policy.budgets).toHaveLength(9);
    expect(policy.alerts?.businessUnits).toEqual({
      engineering: { deputies: [], managers: ['max@example.com'] },
    });
  });

  it('are read as strictly as in a file of Tollbook', () => {
    expect(mistakesOf('cost_limits: { free: { daily: 1 } }\nalerts: { chanels: {} }\n')).toEqual([
      'p.yaml:2:11: unknown key chanels; did you mean channels?',
    ]);
    expect(mistakesOf('cost_limits: { free: { daily: 1 } }\nbudgets: []\n')).toEqual([
      'p.yaml:2:1: unknown key budgets beside cost_limits',
    ]);
  });
});
