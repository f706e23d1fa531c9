import type { Notice } from '../domain/alerts/notice.ts';

/** The longest address that Slack takes for a button. */
const MAX_LENGTH = 3_000;
const WEB = /^https?:\/\/[^\s\p{Cc}]+$/iu;

/** Where to look, if it is an address of the web that fits: one that is cut leads elsewhere. */
export function viewLink({ viewUrl }: Pick<Notice, 'viewUrl'>): string | undefined {
  return viewUrl !== undefined && viewUrl.length <= MAX_LENGTH && WEB.test(viewUrl) ? viewUrl : undefined;
}
