import type { Notice, NoticeAction } from '../domain/alerts/notice.ts';
import { plainText, type SlackText } from './slackText.ts';
import { viewLink } from './viewLink.ts';

/** `action_id` is what was pressed, `value` the alert's id. */
export type SlackButton = Readonly<{
  type: 'button';
  text: SlackText;
  action_id: NoticeAction;
  value: string;
  style?: 'primary' | 'danger';
  url?: string;
}>;

/** Slack's limit of what a button carries. */
const MAX_VALUE = 2_000;

/**
 * What can be done about an alert, from where it is read. An id or address that is too long for Slack makes no
 * button: one that is cut would act on something else.
 */
export function slackButtons(
  notice: Pick<Notice, 'alertId' | 'rule' | 'actions' | 'viewUrl'>,
): readonly SlackButton[] {
  if (notice.alertId.length > MAX_VALUE) return [];
  return notice.actions.flatMap((action) => {
    const button = { type: 'button', action_id: action, value: notice.alertId } as const;
    switch (action) {
      case 'view': {
        const url = viewLink(notice);
        return url === undefined ? [] : [{ ...button, text: plainText('View'), url }];
      }
      case 'approve': {
        const label = notice.rule === 'increase' ? 'Approve' : 'Approve +10%';
        return [{ ...button, text: plainText(label), style: 'primary' }];
      }
      case 'deny':
        return [{ ...button, text: plainText('Deny'), style: 'danger' }];
      case 'snooze':
        return [{ ...button, text: plainText('Snooze 24 h') }];
      default:
        return action satisfies never;
    }
  });
}
