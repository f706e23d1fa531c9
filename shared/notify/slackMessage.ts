import { severityWord } from '../domain/alerts/alertWords.ts';
import type { Notice } from '../domain/alerts/notice.ts';
import { headline, makeDigest, moreText, singleNotice } from './digest.ts';
import { type SlackButton, slackButtons } from './slackButtons.ts';
import { mrkdwnText, plainText, type SlackText, slackMrkdwn, slackPlain } from './slackText.ts';
import { textBar } from './textBar.ts';

export type SlackBlock =
  | Readonly<{ type: 'header'; text: SlackText }>
  | Readonly<{ type: 'section'; text: SlackText }>
  | Readonly<{ type: 'section'; fields: readonly SlackText[] }>
  | Readonly<{ type: 'context'; elements: readonly SlackText[] }>
  | Readonly<{ type: 'actions'; elements: readonly SlackButton[] }>;

/** `text` is what notifications and screen readers tell, and says all that matters without the blocks. */
export type SlackMessage = Readonly<{ text: string; blocks: readonly SlackBlock[] }>;

/** Slack's limits: docs.slack.dev/reference/block-kit/blocks. */
const MAX_HEADER = 150;
const MAX_FIELDS = 10;
/** Far below Slack's 3,000 and 2,000: longer texts are names that nobody reads to their end. */
const MAX_LINE = 600;
const MAX_ID = 1_500;
const MAX_TEXT = 3_000;
/** Two blocks each, and four around them, are fewer than Slack's 50. */
const MAX_IN_DIGEST = 20;

/**
 * One alert in full, or several in short, the worst first, as Slack's blocks. Throws without a notice.
 */
export function slackMessage(notices: readonly Notice[]): SlackMessage {
  const single = singleNotice(notices);
  return single === undefined ? digestMessage(notices) : fullMessage(single);
}

function fullMessage(notice: Notice): SlackMessage {
  const { summary, percent, details, drivers, alertId } = notice;
  const title = headline(notice);
  const header = slackPlain(title, MAX_HEADER);
  // A title that does not fit into the header is told once more where it does.
  const lines = [
    ...(header === slackPlain(title, MAX_LINE) ? [] : [slackMrkdwn(title, MAX_LINE)]),
    `*${slackMrkdwn(summary, MAX_LINE)}*`,
    ...(percent === undefined ? [] : [`\`${textBar(percent)}\``]),
  ];
  const fields = details
    .slice(0, MAX_FIELDS)
    .map(({ label, value }) =>
      mrkdwnText(`*${slackMrkdwn(label, MAX_LINE)}*\n${slackMrkdwn(value, MAX_LINE)}`),
    );
  const buttons = slackButtons(notice);
  return {
    text: fallbackText(notice),
    blocks: [
      { type: 'header', text: plainText(header) },
      { type: 'section', text: mrkdwnText(lines.join('\n')) },
      ...(fields.length === 0 ? [] : [{ type: 'section' as const, fields }]),
      ...(drivers.length === 0 ? [] : [driversBlock(drivers)]),
      ...(buttons.length === 0 ? [] : [{ type: 'actions' as const, elements: buttons }]),
      idBlock(alertId),
    ],
  };
}

function digestMessage(notices: readonly Notice[]): SlackMessage {
  const { title, shown, more } = makeDigest(notices, MAX_IN_DIGEST);
  const rest = more === 0 ? [] : [moreText(more)];
  const blocks = shown.flatMap((notice): SlackBlock[] => [
    { type: 'section', text: mrkdwnText(shortMrkdwn(notice)) },
    idBlock(notice.alertId),
  ]);
  const [view] = slackButtons({ ...(shown[0] ?? { alertId: '', rule: 'budget' }), actions: ['view'] });
  const sentences = [title, ...shown.flatMap((notice) => [headline(notice), notice.summary]), ...rest];
  return {
    text: slackText(sentences.map((sentence) => `${sentence}.`)),
    blocks: [
      { type: 'header', text: plainText(title) },
      ...blocks,
      ...rest.map((text): SlackBlock => ({ type: 'section', text: plainText(text) })),
      ...(view === undefined ? [] : [{ type: 'actions' as const, elements: [view] }]),
    ],
  };
}

function shortMrkdwn({ severity, title, summary }: Notice): string {
  return `*${severityWord(severity)}:* ${slackMrkdwn(title, MAX_LINE)}\n${slackMrkdwn(summary, MAX_LINE)}`;
}

function driversBlock(drivers: readonly string[]): SlackBlock {
  const lines = drivers.map((driver) => `• ${slackMrkdwn(driver, MAX_LINE)}`);
  return { type: 'section', text: mrkdwnText(['*Most of it*', ...lines].join('\n')) };
}

/** In every message, so that people and programs know a repeat. */
function idBlock(alertId: string): SlackBlock {
  return { type: 'context', elements: [plainText(slackPlain(`Alert ${alertId}`, MAX_ID))] };
}

function fallbackText(notice: Notice): string {
  const { summary, details, drivers } = notice;
  const facts = details.map(({ label, value }) => `${label}: ${value}.`);
  const most = drivers.length === 0 ? [] : [`Most of it: ${drivers.join('; ')}.`];
  return slackText([`${headline(notice)}.`, `${summary}.`, ...facts, ...most]);
}

/** Top-level text is read as mrkdwn too. */
function slackText(sentences: readonly string[]): string {
  return slackMrkdwn(sentences.join(' '), MAX_TEXT);
}
