import { describe, expect, it } from 'vitest';
import { mistakesOf, warningsOf } from './reading.ts';

const DIRECTORY =
  'directory: { alice: { team: platform, tier: premium, roles: [senior] }, bob: { team: data } }\n';

describe('a name that the file’s directory does not know', () => {
  it.each([
    [
      'a user in a list of models',
      'models: [{ org: true, allow: [{ models: [opus], users: [alica] }] }]\n',
      'p.yaml:1:31: the directory knows no user alica; did you mean alice?',
    ],
    [
      'a user in a map of models',
      'models: [{ org: true, allow: { haiku: "*", opus: [bob, alicia] } }]\n',
      'p.yaml:1:50: the directory knows no user alicia; did you mean alice?',
    ],
    [
      'a role in a map of models',
      'models: [{ org: true, allow: { opus: { roles: [senoir] } } }]\n',
      'p.yaml:1:38: the directory knows no role senoir; did you mean senior?',
    ],
    [
      'a user of a burst rule',
      'bursts: [{ user: alise, limit: 30 per 60s }]\n',
      'p.yaml:1:18: the directory knows no user alise; did you mean alice?',
    ],
    [
      'a team that is spelt nearly like one',
      'budgets: [{ team: platfrom, day: 5 USD }]\n',
      'p.yaml:1:19: the directory knows no team platfrom; did you mean platform?',
    ],
    [
      'a tier that is spelt nearly like one',
      'hours: [{ tier: premum, from: 08:00, to: 18:00 }]\n',
      'p.yaml:1:17: the directory knows no tier premum; did you mean premium?',
    ],
    [
      'a role that is spelt nearly like one',
      'models: [{ role: senior2, allow: [opus] }]\n',
      'p.yaml:1:18: the directory knows no role senior2; did you mean senior?',
    ],
  ])('is warned of: %s', (_name, text, warning) => {
    expect(warningsOf(text + DIRECTORY)).toEqual([warning]);
  });

  it.each([
    ['a team like none, whose people the ledger may know', 'budgets: [{ team: research, day: 5 USD }]\n'],
    ['a user like none in a list of models', 'models: [{ org: true, allow: { opus: [zacharias] } }]\n'],
    ['a user without a directory in the file', 'budgets: [{ user: zoe, day: 5 USD }]\n', ''],
    ['a project, which requests state', 'budgets: [{ project: platfrom, day: 5 USD }]\n'],
    ['names that it knows', 'models: [{ team: data, allow: { opus: { users: [bob], roles: [senior] } } }]\n'],
  ])('is not warned of: %s', (_name, text, directory = DIRECTORY) => {
    expect([mistakesOf(text + directory), warningsOf(text + directory)]).toEqual([[], []]);
  });

  it('is warned of where a department’s list of models has somebody like one of its people', () => {
    const text = (users: string) =>
      `{"eng": {"limit": 9, "user_limits": {"senior_1": 5}, "model_restrictions": {"opus": [${users}]}}}`;
    expect(warningsOf(text('"senoir_1"'))).toEqual([
      'p.yaml:1:76: the department has no limit for senoir_1; did you mean senior_1?',
    ]);
    expect(warningsOf(text('"senior_1", "contractor"'))).toEqual([]);
  });
});

describe('a rung that restricts', () => {
  const restricting =
    'budgets: [{ team: a, month: 5 USD, ladder: restrict }, { team: b, month: 5 USD, ladder: restrict }]\n';

  it('is warned of once when nobody could end it', () => {
    expect(warningsOf(restricting)).toEqual([
      'p.yaml:1:44: restricts until approvers agree, and overflow names none: it would end with its period',
    ]);
  });

  it('is not warned of with approvers, and neither is a ladder that refuses', () => {
    expect(warningsOf(`${restricting}overflow: { approvers: [fay] }\n`)).toEqual([]);
    expect(warningsOf('budgets: [{ team: a, month: 5 USD, ladder: block }]\n')).toEqual([]);
  });
});

it('says in good order what is wanted in place of a list and of another key', () => {
  expect(mistakesOf('- a\n')).toEqual(['p.yaml:1:1: keys with values are wanted here']);
  expect(
    mistakesOf('rate_limits: { per_user_burst: { limit: 3, window: 60, key: user, action: warn } }\n'),
  ).toEqual(['p.yaml:1:61: "user" cannot be counted by; write user_id']);
});
