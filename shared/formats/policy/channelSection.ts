import { z } from 'zod';
import {
  type AlertChannel,
  type ChannelTarget,
  DEFAULT_MAX_PER_HOUR,
  type Recipient,
} from '../../domain/alerts/alertPolicy.ts';
import { definedOnly } from '../../domain/definedOnly.ts';
import { section } from '../../pricing/strictShape.ts';
import {
  channelNameProblem,
  conversation,
  emailAddress,
  oneOrMore,
  recipient,
  secretName,
  topicArn,
  webhookUrl,
  wholeNumber,
} from './alertWords.ts';
import type { Defaults } from './budgetSection.ts';
import { readDigest, readQuietHours } from './heldSection.ts';
import type { Notes, Part, Path } from './notes.ts';
import { childOf, entriesOf, parsePart } from './parts.ts';

export const MAX_CHANNELS = 50;
export const MAX_RECIPIENTS = 50;
export const MAX_MESSAGES_PER_HOUR = 1_000;

const channelShape = section({
  slackWebhook: secretName.optional(),
  slackBot: secretName.optional(),
  webhook: webhookUrl.optional(),
  email: oneOrMore(recipient).optional(),
  amazonQ: topicArn.optional(),
  conversation: conversation.optional(),
  secret: secretName.optional(),
  from: emailAddress.optional(),
  maxPerHour: wholeNumber(1, MAX_MESSAGES_PER_HOUR).default(DEFAULT_MAX_PER_HOUR),
  quietHours: z.unknown().optional(),
  digest: z.unknown().optional(),
});

type Fields = z.infer<typeof channelShape>;

const KINDS = ['slackWebhook', 'slackBot', 'webhook', 'email', 'amazonQ'] as const;
type Kind = (typeof KINDS)[number];

/** Keys that only one kind of channel has, and needs. */
const DETAILS = [
  ['conversation', 'slackBot'],
  ['secret', 'webhook'],
  ['from', 'email'],
] as const satisfies readonly (readonly [keyof Fields, Kind])[];

/** `alerts.channels`: by name, where messages go. */
export function readChannels(part: Part, defaults: Defaults, notes: Notes): AlertChannel[] {
  const entries = entriesOf(part, notes);
  const surplus = entries[MAX_CHANNELS];
  if (surplus !== undefined)
    notes.mistake(surplus[1].path, `there are more than ${MAX_CHANNELS} channels`, 'key');
  return entries.slice(0, MAX_CHANNELS).flatMap(([name, channel]): AlertChannel[] => {
    const problem = channelNameProblem(name);
    if (problem !== undefined) notes.mistake(channel.path, `${JSON.stringify(name)} ${problem}`, 'key');
    const fields = parsePart(channelShape, channel, notes);
    const quietHours = readQuietHours(childOf(channel, 'quietHours'), defaults, notes);
    const digest = readDigest(childOf(channel, 'digest'), defaults, notes);
    const target = fields && readTarget(fields, channel.path, notes);
    if (fields === undefined || target === undefined) return [];
    return [{ name, target, maxPerHour: fields.maxPerHour, ...definedOnly({ quietHours, digest }) }];
  });
}

function readTarget(fields: Fields, path: Path, notes: Notes): ChannelTarget | undefined {
  const [kind, ...others] = KINDS.filter((name) => fields[name] !== undefined);
  if (kind === undefined || others.length > 0) {
    const problem = kind === undefined ? 'leads nowhere' : `is of ${others.length + 1} kinds`;
    notes.mistake(path, `this channel ${problem}; give one of ${KINDS.join(', ')}`, 'key');
    return undefined;
  }
  for (const [key, owner] of DETAILS) {
    if (owner === kind && fields[key] === undefined) notes.mistake(path, `${kind} needs ${key}, too`, 'key');
    if (owner !== kind && fields[key] !== undefined) {
      notes.mistake([...path, key], `${key} is for ${owner}, and this channel is ${kind}`, 'key');
    }
  }
  return targetOf(kind, fields, { path, notes });
}

/** Nothing where a part that the kind needs is missing, which is told already. */
function targetOf(
  kind: Kind,
  { slackWebhook = '', slackBot = '', webhook = '', amazonQ = '', email = [], ...details }: Fields,
  { path, notes }: Readonly<{ path: Path; notes: Notes }>,
): ChannelTarget | undefined {
  const { secret, from } = details;
  switch (kind) {
    case 'slackWebhook':
      return { kind, secret: slackWebhook };
    case 'slackBot':
      return details.conversation === undefined
        ? undefined
        : { kind, secret: slackBot, conversation: details.conversation };
    case 'webhook':
      return secret === undefined ? undefined : { kind, url: webhook, secret };
    case 'email':
      if (email.length > MAX_RECIPIENTS)
        notes.mistake([...path, 'email'], `more than ${MAX_RECIPIENTS} addresses`);
      return from === undefined ? undefined : { kind, from, to: email.map(recipientOf) };
    case 'amazonQ':
      return { kind, topicArn: amazonQ };
    default:
      return kind satisfies never;
  }
}

function recipientOf(text: string): Recipient {
  return text === 'audience' ? { kind: 'audience' } : { kind: 'address', address: text };
}
