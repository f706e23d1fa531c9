import { describe, expect, it } from 'vitest';
import { findingText } from '../../../../shared/formats/policy/notes.ts';
import { readPolicy } from '../../../../shared/formats/policy/readPolicy.ts';
import { mistakesOf, warningsOf } from './reading.ts';

const people = (entries: string) => `directory: { ${entries} }\n`;
const TEAM = 'budgets:\n  - { team: a, month: 100 USD }\n';
const TWO = people('ann: { team: a, tier: t }, bob: { team: a, tier: t }');

describe('limits of children that come to more than the parent has', () => {
  it.each([
    ['49.99 USD', []],
    ['50 USD', []],
    [
      '50.01 USD',
      [
        'p.yaml:2:23: the limits of its 2 users come to 100.02 USD a month, 0.02 USD more than its own 100 USD',
      ],
    ],
  ])('are told of a tier with two people at %s', (limit, warnings) => {
    expect(warningsOf(`${TEAM}tiers: { t: { month: ${limit} } }\n${TWO}`)).toEqual(warnings);
  });

  it.each([
    ['by name', '  - { user: ann, month: 60 USD }\n  - { user: bob, month: 41 USD }\n', TWO, '101'],
    ['by role', '  - { role: r, month: 101 USD }\n', people('ann: { team: a, roles: [r] }'), '101'],
    [
      'by name before the tier',
      '  - { user: ann, month: 95 USD }\ntiers: { t: { month: 6 USD } }\n',
      TWO,
      '101',
    ],
  ])('are told of people %s', (_name, more, directory, sum) => {
    expect(warningsOf(TEAM + more + directory)).toEqual([
      expect.stringContaining(`come to ${sum} USD a month, 1 USD more than its own 100 USD`),
    ]);
  });

  it.each([
    ['another period', '  - { user: ann, year: 1000 USD }\n'],
    ['another measure', '  - { user: ann, month: 1000 requests }\n'],
    ['another filter', '  - { user: ann, month: 1000 USD, only: { model: opus } }\n'],
    ['somebody of another team', '  - { user: max, month: 1000 USD }\n'],
    ['a limit that everybody has', '  - { user: "*", month: 1000 USD }\n'],
    [
      'a lower limit of the same person',
      '  - { user: ann, month: 1000 USD }\n  - { user: ann, month: 100 USD, id: x }\n',
    ],
  ])('leave out %s', (_name, more) => {
    const directory = people('ann: { team: a }, max: { team: b }');
    expect(warningsOf(TEAM + more + directory)).toEqual([]);
  });

  it('are told of teams of a unit, and of units and teams of the organisation', () => {
    const text = `budgets:
  - { org: true, month: 100 USD }
  - { businessUnit: u, month: 90 USD }
  - { team: a, month: 50 USD }
  - { team: b, month: 51 USD }
directory: { ann: { team: a, businessUnit: u }, bob: { team: b, businessUnit: u } }
`;
    expect(warningsOf(text)).toEqual([
      'p.yaml:2:25: the limits of its 2 teams come to 101 USD a month, 1 USD more than its own 100 USD',
      'p.yaml:3:31: the limits of its 2 teams come to 101 USD a month, 11 USD more than its own 90 USD',
    ]);
  });

  it('are told of a hierarchy with people who are placed elsewhere in the file', () => {
    const text = `hierarchy:
  month: 100 USD
  units:
    u: { share: 100%, teams: { a: { month: 50 USD, users: { ann: 30 USD } } } }
budgets: [{ user: bob, month: 21 USD }]
${people('ann: { team: a }, bob: { team: a }')}`;
    expect(mistakesOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([
      expect.stringContaining('its 2 users come to 51 USD a month, 1 USD more than its own 50 USD'),
    ]);
  });

  it('are told of departments of another gateway, and stay no mistake', () => {
    const text = '{"eng": {"limit": 100, "period": "daily", "user_limits": {"ann": 60, "bob": 41}}}';
    expect(mistakesOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([
      expect.stringContaining('its 2 users come to 101 USD a day, 1 USD more than its own 100 USD'),
    ]);
  });

  it('count people whom the ledger alone knows, and each person once', () => {
    const text = `${TEAM}tiers: { t: { month: 50 USD } }\n${people('ann: { team: a, tier: t }')}`;
    const others = ['ann', 'bob', 'eve'].map((user) => ({ user, team: 'a', tier: 't' }));
    expect(warningsOf(text)).toEqual([]);
    expect(readPolicy(text, 'p.yaml', others).warnings.map(findingText)).toEqual([
      expect.stringContaining('its 3 users come to 150 USD a month, 50 USD more than its own 100 USD'),
    ]);
  });
});
