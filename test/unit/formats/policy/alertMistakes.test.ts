import { describe, expect, it } from 'vitest';
import { mistakesOf } from './reading.ts';

const rules = (text: string) => `alerts:\n  rules: { ${text} }\n`;
const channel = (text: string) => `alerts:\n  channels:\n    a: { ${text} }\n`;
const hook = (url: string) => channel(`secret: "ssm:/s", webhook: "${url}"`);
const mail = (text: string) => channel(`from: t@example.com, email: audience, ${text}`);
const contacts = (text: string) => `contacts:\n  ${text}\n`;

describe('readPolicy refuses in alerts', () => {
  it.each([
    ['an unknown key', 'alerts: { chanels: {} }', '1:11: unknown key chanels; did you mean channels?'],
    ['a list', 'alerts: [a]', '1:9: keys with values are wanted here'],
    ['an unknown rule', rules('highSpent: $5'), '2:12: unknown key highSpent; did you mean highSpend?'],
    ['a rule neither on nor off', rules('drift: maybe'), '2:19: "maybe" is neither on nor off'],
    ['a pace in words', rules('projection: soon'), '2:24: "soon" is neither on nor off'],
    [
      'a pace from 0%',
      rules('projection: { from: 0% }'),
      '2:32: "0%" is no whole percentage from 1% to 100%',
    ],
    [
      'a spending in tokens',
      rules('highSpend: 5 tokens'),
      '2:23: give an amount of money such as 500 USD, not of tokens; or write off',
    ],
    [
      'a spending of nothing',
      rules('expensiveRequest: 0 USD'),
      '2:30: "0 USD": a limit must be more than nothing; or write off',
    ],
    [
      'no refusals at all',
      rules('throttled: 0'),
      '2:23: "0" is no whole number from 1 to 100000; or write off',
    ],
    [
      'a refusal too many',
      rules('throttled: 100001'),
      '2:23: "100001" is no whole number from 1 to 100000; or write off',
    ],
    [
      'a silence too short',
      rules('silence: 4m'),
      '2:21: "4m" is no whole number of minutes from 5m to 1440m; or write off',
    ],
    [
      'a silence too long',
      rules('silence: 1441m'),
      '2:21: "1441m" is no whole number of minutes from 5m to 1440m; or write off',
    ],
    [
      'a silence of half minutes',
      rules('silence: 330s'),
      '2:21: "330s" is no whole number of minutes from 5m to 1440m; or write off',
    ],
    [
      'a burn within no time',
      rules('burn: [{ org: true, spend: $1, within: 0m }]'),
      '2:51: "0m" is no whole number of minutes from 1m to 60m',
    ],
    [
      'a burn within more than an hour',
      rules('burn: [{ org: true, spend: $1, within: 61m }]'),
      '2:51: "61m" is no whole number of minutes from 1m to 60m',
    ],
    [
      'a burn of nobody',
      rules('burn: [{ spend: $1, within: 5m }]'),
      '2:19: a burn is of org: true or of team: "*"',
    ],
    [
      'a burn of all and each',
      rules('burn: [{ org: true, team: "*", spend: $1, within: 5m }]'),
      '2:19: a burn is of org: true or of team: "*"',
    ],
    [
      'a burn of one team',
      rules('burn: [{ team: web, spend: $1, within: 5m }]'),
      '2:27: teams are watched each for itself and all alike; write team: "*"',
    ],
    [
      'a burn twice',
      rules('burn: [{ org: true, spend: $1, within: 5m }, { org: true, spend: $2, within: 300s }]'),
      '2:57: there is a burn of the same scope and time already',
    ],
    [
      'a burn as a map',
      rules('burn: { org: true }'),
      '2:18: write a list here: each item on a line of its own after a dash',
    ],
    [
      'a view that is no link',
      'alerts: { viewUrl: tollbook.example.com }',
      '1:20: a link is an address such as https://tollbook.example.com',
    ],
    [
      'a view with a password',
      'alerts: { viewUrl: "https://a:b@example.com" }',
      '1:20: the link holds a user or a password, and everybody who is alerted would see it',
    ],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });
});

describe('a message about a secret', () => {
  it.each([
    channel('slackWebhook: "https://hooks.slack.com/services/T1/B2/hush"'),
    channel('slackBot: xoxb-hush, conversation: audience'),
    channel('slackBot: hush, conversation: audience'),
    channel('slackBot: "ssm:/a", conversation: xoxb-hush'),
    hook('https://a:hush@hooks.example.com'),
    hook('https://hooks.example.com/?token=hush'),
    hook('https://hooks.slack.com/services/hush'),
    channel('amazonQ: xoxb-hush'),
    mail('maxPerHour: xoxb-hush'),
    'alerts: { viewUrl: "https://a:hush@example.com" }',
    contacts('people: { a: { email: xoxb-hush } }'),
    rules('breaker: xoxb-hush'),
  ])('does not repeat it: %s', (text) => {
    const mistakes = mistakesOf(text);
    expect(mistakes).not.toEqual([]);
    expect(mistakes.join()).not.toContain('hush');
  });
});
