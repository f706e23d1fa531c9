import type { Notice } from '../domain/alerts/notice.ts';
import type { AlertNotes } from './alertNotes.ts';
import { type SlackMessage, slackMessage } from './slackMessage.ts';
import { mrkdwnText, slackMrkdwn } from './slackText.ts';

const MAX_NOTE = 300;
/** Approvals are the only ones of which there may be many; the last ones say how it stands. */
const MAX_NOTES = 8;
const MAX_TEXT = 3_500;

/** A message anew with what people did about it, without the buttons that are of no use any more. */
export function updatedSlackMessage(notice: Notice, { notes, settled }: AlertNotes): SlackMessage {
  const actions = notice.actions.filter((action) => !settled.includes(action));
  const { text, blocks } = slackMessage([{ ...notice, actions }]);
  if (notes.length === 0) return { text, blocks };
  const lines = notes.slice(-MAX_NOTES).map((note) => slackMrkdwn(note, MAX_NOTE));
  const block = { type: 'section' as const, text: mrkdwnText(lines.join('\n')) };
  // The last block is the alert's id, in small print.
  const all = [...blocks.slice(0, -1), block, ...blocks.slice(-1)];
  const said = slackMrkdwn(notes.slice(-MAX_NOTES).join('. '), MAX_TEXT - text.length);
  return { text: `${text} ${said}.`, blocks: all };
}

/** What only the person sees who clicked. */
export function privateSlackAnswer(text: string): Readonly<Record<string, unknown>> {
  return { response_type: 'ephemeral', replace_original: false, text: slackMrkdwn(text, MAX_TEXT) };
}
