import { severityWord } from '../domain/alerts/alertWords.ts';
import type { Notice } from '../domain/alerts/notice.ts';
import { headline, makeDigest, moreText, singleNotice } from './digest.ts';
import { cleanLine, cutTo } from './plainText.ts';
import { slackMrkdwn } from './slackText.ts';
import { textBar } from './textBar.ts';

/**
 * The schema of custom notifications of Amazon Q Developer in chat applications
 * (docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). What does not keep to it is dropped
 * without an error.
 */
export type AmazonQMessage = Readonly<{
  version: '1.0';
  source: 'custom';
  id: string;
  content: Readonly<{
    textType: 'client-markdown';
    title: string;
    description: string;
    nextSteps?: readonly string[];
    keywords: readonly string[];
  }>;
  metadata: Readonly<{
    /** Messages of one thread are shown together. */
    threadId: string;
    summary: string;
    eventType: string;
    relatedResources: readonly string[];
    /** What buttons of one's own can use; Q reads five of them at most. */
    additionalContext: Readonly<Record<string, string>>;
  }>;
}>;

const MAX_TITLE = 250;
const MAX_LINE = 400;
const MAX_ID = 1_024;
/** So that a description stays one block of a chat. */
const MAX_IN_DIGEST = 8;
const MAX_DETAILS = 8;

export function amazonQMessage(notices: readonly Notice[]): AmazonQMessage {
  const single = singleNotice(notices);
  return single === undefined ? digestMessage(notices) : fullMessage(single);
}

function fullMessage(notice: Notice): AmazonQMessage {
  const { alertId, thread, rule, severity, summary, percent, details, drivers } = notice;
  const scope = scopeOf(notice);
  const facts = details.filter(({ label }) => label !== 'Next').slice(0, MAX_DETAILS);
  const description = [
    `*${markdown(summary)}*`,
    ...(percent === undefined ? [] : [textBar(percent)]),
    ...facts.map(({ label, value }) => `*${markdown(label)}:* ${markdown(value)}`),
    ...(drivers.length === 0 ? [] : [`*Most of it:* ${markdown(drivers.join('; '))}`]),
  ];
  return message({
    id: alertId,
    title: headline(notice),
    description,
    nextSteps: details.filter(({ label }) => label === 'Next').map(({ value }) => markdown(value)),
    keywords: [severityWord(severity), rule, scope],
    metadata: {
      threadId: thread,
      summary: markdown(summary),
      eventType: rule,
      relatedResources: [markdown(scope)],
      additionalContext: { alertId: short(alertId), rule, severity, scope: plain(scope) },
    },
  });
}

function digestMessage(notices: readonly Notice[]): AmazonQMessage {
  const { title, shown, more } = makeDigest(notices, MAX_IN_DIGEST);
  const id = `digest:${notices.map(({ alertId }) => alertId).join(',')}`;
  const threads = new Set(notices.map(({ thread }) => thread));
  const [worst] = shown;
  if (worst === undefined) throw new RangeError('a digest needs a notice');
  const rest = more === 0 ? [] : [moreText(more)];
  return message({
    id,
    title,
    description: [
      ...shown.map((notice) => `*${markdown(headline(notice))}* ${markdown(notice.summary)}`),
      ...rest,
    ],
    nextSteps: [],
    keywords: [severityWord(worst.severity), 'digest'],
    metadata: {
      threadId: threads.size === 1 ? worst.thread : id,
      summary: title,
      eventType: 'digest',
      relatedResources: [...new Set(shown.map((notice) => markdown(scopeOf(notice))))],
      additionalContext: { alertId: short(worst.alertId), severity: worst.severity },
    },
  });
}

type Parts = Readonly<{
  id: string;
  title: string;
  description: readonly string[];
  nextSteps: readonly string[];
  keywords: readonly string[];
  metadata: AmazonQMessage['metadata'];
}>;

function message({ id, title, description, nextSteps, keywords, metadata }: Parts): AmazonQMessage {
  return {
    version: '1.0',
    source: 'custom',
    id: short(id),
    content: {
      textType: 'client-markdown',
      title: markdown(title, MAX_TITLE),
      description: description.join('\n'),
      ...(nextSteps.length === 0 ? {} : { nextSteps }),
      keywords: keywords.map((keyword) => markdown(keyword)),
    },
    metadata: { ...metadata, threadId: short(metadata.threadId) },
  };
}

function scopeOf({ alert: { subject } }: Notice): string {
  return subject.scopeKind === 'org' ? 'org' : `${subject.scopeKind}:${subject.scopeId}`;
}

/** Read as Slack's mrkdwn there and as Markdown in Teams, where brackets make links. */
function markdown(text: string, maxLength = MAX_LINE): string {
  return slackMrkdwn(text.replace(/\](?=\()/g, '] '), maxLength);
}

function plain(text: string): string {
  return cutTo(cleanLine(text), MAX_LINE);
}

function short(id: string): string {
  return cutTo(cleanLine(id), MAX_ID);
}
