import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { makeAlert } from '../../shared/domain/alerts/alert.ts';
import type { AlertChannel, ChannelTarget } from '../../shared/domain/alerts/alertPolicy.ts';
import type { Notice } from '../../shared/domain/alerts/notice.ts';
import { SecretError, type Secrets } from '../../shared/domain/secret.ts';
import { makePost } from '../../shared/notify/httpsPost.ts';
import type { Renderers, SendContext, SenderDependencies } from '../../shared/notify/sending.ts';
import { makeChannel } from './deliveries.ts';
import { makeCrossing } from './policies.ts';

export const SENT_AT = new Date('2026-11-22T09:05:50.500Z');

/** Team blue at 82% of its budget; `parts` says what is special about it. */
export function makeNotice(parts: Partial<Notice> = {}): Notice {
  return {
    alertId: 'budget:team:blue:month:usd:blue:2026-11:80',
    alert: makeAlert(makeCrossing({ scopeId: 'blue' }), '2026-11-22T09:05:49.210Z'),
    rule: 'budget',
    severity: 'warning',
    thread: 'budget:team:blue:month:usd:blue:2026-11',
    title: 'Team blue has used 82% of its budget for 2026-11',
    summary: '82% of $500.00 (spent $410.00)',
    percent: 82,
    details: [],
    drivers: [],
    actions: ['snooze'],
    createdAt: '2026-11-22T09:05:49.210Z',
    ...parts,
  };
}

export function makeContext(parts: Partial<SendContext> = {}): SendContext {
  return { deliveryId: 'alert-1|ops|', now: SENT_AT, ...parts };
}

export function channelTo(target: ChannelTarget): AlertChannel {
  return makeChannel({ target });
}

/** Plain words, whatever the channel: what a sender does with them is what its tests look at. */
export const PLAIN_RENDERERS: Renderers = {
  slack: (notices) => ({
    text: titlesOf(notices),
    blocks: [{ type: 'section', text: { type: 'plain_text', text: titlesOf(notices) } }],
  }),
  amazonQ: (notices) => ({
    version: '1.0',
    source: 'custom',
    content: { textType: 'client-markdown', title: 'Tollbook', description: titlesOf(notices) },
  }),
  webhook: (notices) => ({ alerts: notices.map(({ alertId }) => alertId) }),
  email: (notices) => ({
    subject: `${notices.length} alerts`,
    text: titlesOf(notices),
    html: `<p>${titlesOf(notices)}</p>`,
  }),
};

function titlesOf(notices: readonly Notice[]): string {
  return notices.map(({ title }) => title).join('; ');
}

export type TestSecrets = Secrets & { values: Record<string, string>; reads: string[]; forgotten: string[] };

/** Secrets that remember nothing: a test changes `values` and sees what was read and forgotten. */
export function makeTestSecrets(values: Readonly<Record<string, string>>): TestSecrets {
  const secrets: TestSecrets = {
    values: { ...values },
    reads: [],
    forgotten: [],
    async read(name) {
      secrets.reads.push(name);
      const value = secrets.values[name];
      if (value === undefined) throw new SecretError(`secret ${name} is not there`);
      return value;
    },
    forget: (name) => void secrets.forgotten.push(name),
  };
  return secrets;
}

const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

/** Clients of the SDK that speak to a stand-in, and try once only as the process's own do. */
export function sesAt(endpoint: string): SESv2Client {
  return new SESv2Client({ region: 'eu-west-1', credentials: KEYS, maxAttempts: 1, endpoint });
}

export function snsAt(endpoint: string): SNSClient {
  return new SNSClient({ region: 'eu-west-1', credentials: KEYS, maxAttempts: 1, endpoint });
}

/** What a sender needs; what a test does not give leads to nowhere. */
export function makeSenderDependencies(parts: Partial<SenderDependencies> = {}): SenderDependencies {
  return {
    secrets: makeTestSecrets({}),
    post: makePost({
      reroute: ({ host }) => {
        throw new Error(`there is no stand-in for ${host}`);
      },
    }),
    ses: sesAt('http://127.0.0.1:1'),
    sns: snsAt('http://127.0.0.1:1'),
    renderers: PLAIN_RENDERERS,
    webhookReach: 'public',
    ...parts,
  };
}
