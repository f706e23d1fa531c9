import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ALERT_RULES, makeAlert } from '../../../shared/domain/alerts/alert.ts';
import { makeAlertMessage } from '../../../shared/notify/alertMessage.ts';
import { type AlertPublisher, snsAlertPublisher } from '../../../shared/notify/alertPublisher.ts';
import { publishAlert } from '../../../shared/notify/publishAlert.ts';
import { CLAIM_MS } from '../../../shared/store/alertStore.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { hostileAlert, sampleAlert } from '../../support/alerts.ts';
import { makeCrossing } from '../../support/policies.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:tollbook-dev-alerts';
/** What SNS takes where texts differ by protocol. */
const texts = z.strictObject({ default: z.string(), email: z.string() });
const NOW = new Date('2026-11-22T09:05:50.000Z');

function alertOf(team: string) {
  const crossing = makeCrossing({
    scopeId: team,
    ...{ periodKey: '2026-11', month: '2026-11', resetAt: '2026-12-01T00:00:00.000Z' },
    ...{ limit: 10n ** 15n, used: 9n * 10n ** 14n },
  });
  return makeAlert(crossing, '2026-11-22T09:05:49.210Z');
}

/** The SDK's own client, stopped before anything leaves it; what it would have sent is kept. */
function listeningClient(): { client: SNSClient; sent: PublishCommandInput[] } {
  const client = new SNSClient({ region: 'eu-west-1' });
  const sent: PublishCommandInput[] = [];
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      if (context.commandName !== PublishCommand.name) throw new Error(String(context.commandName));
      sent.push(new PublishCommand({ Message: '', ...args.input }).input);
      return { output: { $metadata: {}, MessageId: 'message-1' }, response: {} };
    },
    { step: 'initialize', name: 'listen', priority: 'high' },
  );
  return { client, sent };
}

async function subjectFor(team: string): Promise<string> {
  const { client, sent } = listeningClient();
  await snsAlertPublisher(client, TOPIC).publish(alertOf(team));
  return sent[0]?.Subject ?? '';
}

describe('snsAlertPublisher', () => {
  it('publishes JSON for programs and text for e-mail, with attributes to filter by', async () => {
    const { client, sent } = listeningClient();
    await snsAlertPublisher(client, TOPIC).publish(alertOf('chess'));
    expect(sent).toHaveLength(1);
    const [{ Message, ...rest } = { Message: '' }] = sent;
    const { default: json, ...others } = texts.parse(JSON.parse(Message ?? ''));
    expect(JSON.parse(json)).toStrictEqual(makeAlertMessage(alertOf('chess')));
    expect(others).toStrictEqual({
      email: [
        'Warning: Team chess has used 90% of its monthly budget (2026-11)',
        '90% of $1,000.00 (spent $900.00)',
        '██████████████████░░',
        '  Now     Past 80%: requests are answered with a warning',
        '  Resets  Tue 1 Dec 00:00 UTC',
        'tollbook alerts ack budget:team:blue:month:usd:chess:2026-11:80',
      ].join('\n'),
    });
    expect(rest).toStrictEqual({
      TopicArn: TOPIC,
      MessageStructure: 'json',
      Subject: 'Warning: Team chess has used 90% of its monthly budget (2026-11)',
      MessageAttributes: {
        severity: { DataType: 'String', StringValue: 'warning' },
        scope: { DataType: 'String', StringValue: 'team' },
        scopeId: { DataType: 'String', StringValue: 'chess' },
        team: { DataType: 'String', StringValue: 'chess' },
        rule: { DataType: 'String', StringValue: 'budget' },
      },
    });
  });

  it('names no team where an alert is of none', async () => {
    const { client, sent } = listeningClient();
    await snsAlertPublisher(client, TOPIC).publish(sampleAlert('breaker'));
    expect(sent[0]?.MessageAttributes).toStrictEqual({
      severity: { DataType: 'String', StringValue: 'critical' },
      scope: { DataType: 'String', StringValue: 'org' },
      scopeId: { DataType: 'String', StringValue: '*' },
      rule: { DataType: 'String', StringValue: 'breaker' },
    });
  });

  it.each(ALERT_RULES)(
    'keeps %s within the 256 KiB of SNS, whatever names and texts are in it',
    async (rule) => {
      for (const name of ['\u0001'.repeat(10_000), '\u{1f4b8}'.repeat(5_000), '"\\'.repeat(5_000)]) {
        const { client, sent } = listeningClient();
        await snsAlertPublisher(client, TOPIC).publish(hostileAlert(rule, name));
        expect(Buffer.byteLength(JSON.stringify(sent[0]))).toBeLessThan(262_144);
      }
    },
  );

  // The subject is `Warning: Team <team> has used 90% of its monthly budget (2026-11)`: 59 characters and the team.
  it.each([
    [40, 99],
    [41, 100],
    [42, 100],
    [128, 100],
  ])('a team of %i characters makes a subject of %i', async (teamLength, subjectLength) => {
    expect(await subjectFor('x'.repeat(teamLength))).toHaveLength(subjectLength);
  });

  it.each([
    ['Jürgen', 'J?rgen'],
    ['株式会社', '????'],
    ['tea 🫖', 'tea ??'],
    ['a\u00a0b', 'a b'],
    ['a\nb', 'a b'],
  ])('writes %j in the printable ASCII that SNS takes', async (team, written) => {
    const subject = await subjectFor(team);
    expect(subject.startsWith(`Warning: Team ${written}`)).toBe(true);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});

describe('publishAlert', () => {
  const alert = alertOf('chess');

  /** Stores with the alert in their outbox, and a publisher that notes each message and the alert's state then. */
  async function pendingAlert(act: () => void = () => undefined) {
    const { alerts } = memoryStores();
    await alerts.create(alert);
    const published: string[] = [];
    const publisher: AlertPublisher = {
      async publish({ id }) {
        const [stored] = await alerts.ofMonth('2026-11');
        published.push(`${id} while ${stored?.state}`);
        act();
      },
    };
    return { alerts, published, dependencies: { alerts, publisher, now: NOW } };
  }

  it('publishes first and marks then, so that a death in between repeats the message and never loses it', async () => {
    const { alerts, published, dependencies } = await pendingAlert();
    expect(await publishAlert(alert, dependencies)).toBe('published');
    expect(published).toEqual([`${alert.id} while pending`]);
    expect(await alerts.pending()).toEqual([]);
    expect(await alerts.ofMonth('2026-11')).toEqual([
      { ...alert, state: 'published', publishedAt: NOW.toISOString() },
    ]);
  });

  it('leaves an alert alone that another worker holds', async () => {
    const { alerts, published, dependencies } = await pendingAlert();
    await alerts.claim(alert, NOW);
    expect(await publishAlert(alert, dependencies)).toBe('taken');
    expect(published).toEqual([]);
    expect(await alerts.pending()).toEqual([alert]);
  });

  it('does not mark what could not be published, and publishes it when the claim has run out', async () => {
    const { alerts, published, dependencies } = await pendingAlert(() => {
      if (published.length === 1) throw new Error('no topic');
    });
    await expect(publishAlert(alert, dependencies)).rejects.toThrow('no topic');
    expect(await alerts.pending()).toEqual([alert]);
    const at = (ms: number) => ({ ...dependencies, now: new Date(NOW.getTime() + ms) });
    expect(await publishAlert(alert, at(CLAIM_MS))).toBe('taken');
    expect(await publishAlert(alert, at(CLAIM_MS + 1))).toBe('published');
    expect(published).toHaveLength(2);
  });
});
