import type { SlackBlock, SlackMessage } from '../../shared/notify/slackMessage.ts';
import type { SlackText } from '../../shared/notify/slackText.ts';

/** Messages as lines of text, so that a person can read in a test what a channel shows. */

export function slackAsText({ blocks }: SlackMessage): string {
  return blocks.flatMap(blockLines).join('\n');
}

function blockLines(block: SlackBlock): string[] {
  switch (block.type) {
    case 'header':
      return [`# ${block.text.text}`];
    case 'section':
      return 'fields' in block ? block.fields.map(oneLine) : block.text.text.split('\n');
    case 'context':
      return block.elements.map(({ text }) => `(${text})`);
    case 'actions':
      return [block.elements.map(({ text, action_id }) => `[${text.text}: ${action_id}]`).join(' ')];
    default:
      return block satisfies never;
  }
}

function oneLine({ text }: SlackText): string {
  return text.replace('\n', ' ');
}

/** The words of a page, a line for each row, with the address of a link behind it. */
export function htmlAsText(html: string): string {
  return html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replace(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g, '$2 ($1)')
    .replace(/<\/th><td[^>]*>/g, ' | ')
    .replace(/<br>|<\/div>|<\/tr>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}
