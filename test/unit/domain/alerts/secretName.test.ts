import { describe, expect, it } from 'vitest';
import { secretNameProblem } from '../../../../shared/domain/alerts/secretName.ts';

const LIKE_A_SECRET = expect.stringContaining('looks like the secret itself');
const NO_NAME = expect.stringContaining('is no name of a secret');
const TOO_LONG = 'this name is longer than the service takes';

describe('secretNameProblem', () => {
  it.each([
    'ssm:/tollbook/slack',
    'ssm:/a',
    'ssm:/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o',
    'ssm:/a_b-c.D9',
    `ssm:/${'a'.repeat(1_010)}`,
    'secretsmanager:tollbook/slack-bot',
    'secretsmanager:a_+=.@-/9',
    `secretsmanager:${'a'.repeat(512)}`,
  ])('takes %s', (name) => {
    expect(secretNameProblem(name)).toBeUndefined();
  });

  it.each([
    ['', NO_NAME],
    ['ssm:', NO_NAME],
    ['ssm:tollbook', NO_NAME],
    ['ssm:/', NO_NAME],
    ['ssm:/a//b', NO_NAME],
    ['ssm:/a/', NO_NAME],
    ['ssm:/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p', NO_NAME],
    ['ssm:/a b', NO_NAME],
    ['ssm:/a\n', NO_NAME],
    ['SSM:/a', NO_NAME],
    ['secretsmanager:', NO_NAME],
    ['secretsmanager:a b', NO_NAME],
    ['/tollbook/slack', NO_NAME],
    [`ssm:/${'a'.repeat(1_011)}`, TOO_LONG],
    [`secretsmanager:${'a'.repeat(513)}`, TOO_LONG],
    ['xoxb-1-2-a', LIKE_A_SECRET],
    ['ssm:xoxp-1-2-a', LIKE_A_SECRET],
    ['xapp-1-a', LIKE_A_SECRET],
    ['https://hooks.slack.com/services/T1/B2/c3', LIKE_A_SECRET],
    ['hooks.slack.com/services/T1/B2/c3', LIKE_A_SECRET],
  ])('refuses %j', (name, problem) => {
    expect(secretNameProblem(name)).toEqual(problem);
  });
});
