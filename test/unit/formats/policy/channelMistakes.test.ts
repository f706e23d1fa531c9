import { describe, expect, it } from 'vitest';
import { mistakesOf, readSound } from './reading.ts';

const channel = (text: string) => `alerts:\n  channels:\n    a: { ${text} }\n`;
const hook = (url: string) => channel(`secret: "ssm:/s", webhook: "${url}"`);
const mail = (text: string) => channel(`from: t@example.com, email: audience, ${text}`);
const NAME_IT =
  'this looks like the secret itself; put it into SSM Parameter Store and write its name here, such as ssm:/tollbook/slack';
const NO_NAME = 'this is no name of a secret such as ssm:/tollbook/slack or secretsmanager:tollbook/slack';

describe('readPolicy refuses as a channel', () => {
  it.each([
    [
      'nothing',
      channel('maxPerHour: 5'),
      '3:5: this channel leads nowhere; give one of slackWebhook, slackBot, webhook, email, amazonQ',
    ],
    [
      'two kinds',
      channel('slackWebhook: "ssm:/a", amazonQ: "arn:aws:sns:eu-west-1:123456789012:t"'),
      '3:5: this channel is of 2 kinds; give one of slackWebhook, slackBot, webhook, email, amazonQ',
    ],
    [
      'an unknown kind',
      channel('slackWebHook: "ssm:/a"'),
      '3:10: unknown key slackWebHook; did you mean slackWebhook?',
    ],
    ['a bot without a conversation', channel('slackBot: "ssm:/a"'), '3:5: slackBot needs conversation, too'],
    [
      'a webhook without a secret',
      channel('webhook: "https://hooks.example.com"'),
      '3:5: webhook needs secret, too',
    ],
    ['mail from nobody', channel('email: audience'), '3:5: email needs from, too'],
    [
      'a key of another kind',
      channel('slackWebhook: "ssm:/a", conversation: audience'),
      '3:34: conversation is for slackBot, and this channel is slackWebhook',
    ],
    [
      'a name with a bar',
      'alerts: { channels: { "a|b": { slackWebhook: "ssm:/a" } } }',
      '1:23: "a|b" is no name of a channel: a letter, then letters, digits and - _ . only, 64 at most',
    ],
    ['an hour without a message', mail('maxPerHour: 0'), '3:60: "0" is no whole number from 1 to 1000'],
    ['an hour of too many', mail('maxPerHour: 1001'), '3:60: "1001" is no whole number from 1 to 1000'],
    [
      'the address of a Slack webhook',
      channel('slackWebhook: "https://hooks.slack.com/services/T1/B2/c3"'),
      `3:24: ${NAME_IT}`,
    ],
    ["a bot's token", channel('conversation: audience, slackBot: xoxb-12-34-ab'), `3:44: ${NAME_IT}`],
    [
      "a token for another's name",
      channel('slackBot: "ssm:/a", conversation: xoxb-12-34-ab'),
      '3:44: this is no id of a Slack channel such as C0123456789 (below "About" of the channel); or write audience',
    ],
    ['a secret of another store', channel('slackWebhook: "vault:/a"'), `3:24: ${NO_NAME}`],
    ['a parameter without a slash', channel('slackWebhook: "ssm:a"'), `3:24: ${NO_NAME}`],
    ['a secret without a name', channel('slackWebhook: "secretsmanager:"'), `3:24: ${NO_NAME}`],
    [
      "a conversation's name",
      channel('slackBot: "ssm:/a", conversation: "#ops"'),
      '3:44: "#ops" is no id of a Slack channel such as C0123456789 (below "About" of the channel); or write audience',
    ],
    [
      'an address that is none',
      channel('from: t@example.com, email: [audience, dana]'),
      '3:49: "dana" is no e-mail address such as dana@example.com; or write audience',
    ],
    [
      'a sender that is none',
      channel('from: example.com, email: audience'),
      '3:16: "example.com" is no e-mail address such as dana@example.com',
    ],
    ['nobody to write to', channel('from: t@example.com, email: []'), '3:38: name at least one'],
    [
      'a queue',
      channel('amazonQ: "arn:aws:sqs:eu-west-1:123456789012:t"'),
      '3:19: "arn:aws:sqs:eu-west-1:123456789012:t" is no ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:tollbook-chat',
    ],
    [
      'a topic of a short account',
      channel('amazonQ: "arn:aws:sns:eu-west-1:12345678901:t"'),
      '3:19: "arn:aws:sns:eu-west-1:12345678901:t" is no ARN of an SNS topic such as arn:aws:sns:eu-west-1:123456789012:tollbook-chat',
    ],
    [
      'a FIFO topic',
      channel('amazonQ: "arn:aws:sns:eu-west-1:123456789012:t.fifo"'),
      '3:19: "arn:aws:sns:eu-west-1:123456789012:t.fifo" is a FIFO topic, which Amazon Q Developer cannot read',
    ],
    ['quiet hours without an end', mail('quietHours: { from: "20:00" }'), '3:60: to is missing'],
    [
      'quiet hours of no length',
      mail('quietHours: { from: "20:00", to: "20:00" }'),
      '3:81: the end is the start; for a whole day write from 00:00 to 24:00',
    ],
    [
      'quiet hours from the end of a day',
      mail('quietHours: { from: "24:00", to: "07:00" }'),
      '3:68: a quiet time that begins at 24:00 begins at 00:00',
    ],
    [
      'quiet hours of an unknown severity',
      mail('quietHours: { from: "20:00", to: "07:00", except: critcal }'),
      '3:98: unknown severity critcal; did you mean critical?',
    ],
    [
      'quiet hours of no zone',
      mail('quietHours: { from: "20:00", to: "07:00", timeZone: Berlin }'),
      '3:100: there is no time zone "Berlin"; write one such as Europe/Berlin',
    ],
    [
      'a digest without a time',
      mail('digest: { upTo: info }'),
      '3:56: a digest comes every: 1h or daily: "09:00"; give one of these',
    ],
    [
      'a digest of two times',
      mail('digest: { every: 1h, daily: "09:00" }'),
      '3:56: a digest comes every: 1h or daily: "09:00"; give one of these',
    ],
    [
      'a digest every five hours',
      mail('digest: { every: 5h }'),
      '3:65: "5h" is none of 1h, 2h, 3h, 4h, 6h, 8h, 12h, 24h',
    ],
    ['a digest at the end of a day', mail('digest: { daily: "24:00" }'), '3:65: write 24:00 as 00:00'],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });

  it.each([
    [
      'http',
      'http://hooks.example.com',
      'a webhook is an address with https such as https://hooks.example.com/tollbook',
    ],
    [
      'no address',
      'hooks.example.com',
      'a webhook is an address with https such as https://hooks.example.com/tollbook',
    ],
    [
      'a space in it',
      'https://hooks.example.com/a b',
      'a webhook is an address with https such as https://hooks.example.com/tollbook',
    ],
    [
      'a password',
      'https://a:b@hooks.example.com',
      'the address holds a user or a password; every message is signed with the secret instead',
    ],
    [
      'a token',
      'https://hooks.example.com/?access_token=1',
      'the address holds a secret among its parameters; every message is signed with the secret instead',
    ],
    [
      'a fragment',
      'https://hooks.example.com/#a',
      'the part of an address after # is never sent; leave it out',
    ],
    [
      'this machine',
      'https://127.0.0.1/a',
      'the address is within a private network; give one that is public',
    ],
    [
      'this machine in hexadecimal',
      'https://0x7f000001/a',
      'the address is within a private network; give one that is public',
    ],
    [
      'this machine in IPv6',
      'https://[::1]/a',
      'the address is within a private network; give one that is public',
    ],
    [
      'the metadata of a server',
      'https://169.254.169.254/latest',
      'the address is within a private network; give one that is public',
    ],
    [
      'a name of this machine',
      'https://localhost/a',
      'the address is one of a local network; give one that is public',
    ],
    [
      'a name without a dot',
      'https://jenkins/a',
      'the address is one of a local network; give one that is public',
    ],
    [
      'a name of AWS inside',
      'https://ip-10-0-0-1.ec2.internal/a',
      'the address is one of a local network; give one that is public',
    ],
    [
      "Slack's own",
      'https://hooks.slack.com/services/T1',
      "this is Slack's, and a secret; put it into SSM and name it under slackWebhook, as in slackWebhook: ssm:/tollbook/slack",
    ],
  ])('a webhook with %s', (_name, url, mistake) => {
    expect(mistakesOf(hook(url))).toEqual([`p.yaml:3:37: ${mistake}`]);
  });

  it.each([
    'https://hooks.example.com/a?b=1',
    'https://8.8.8.8/a',
    'https://[2606:4700::1111]:8443/a',
    'https://172.32.0.1',
  ])('nothing of %s', (url) => {
    expect(readSound(hook(url)).policy.alerts?.channels[0]?.target).toEqual({
      kind: 'webhook',
      url,
      secret: 'ssm:/s',
    });
  });

  it('more than fifty', () => {
    const many = (count: number) =>
      `alerts:\n  channels:\n${Array.from({ length: count }, (_, index) => `    c${index}: { slackWebhook: "ssm:/s" }\n`).join('')}`;
    expect(mistakesOf(many(50))).toEqual([]);
    expect(mistakesOf(many(51))).toEqual(['p.yaml:53:5: there are more than 50 channels']);
  });
});
