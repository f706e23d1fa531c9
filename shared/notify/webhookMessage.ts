import type { Notice } from '../domain/alerts/notice.ts';
import { type AlertMessage, makeAlertMessage } from './alertMessage.ts';

/** The body of a generic webhook: the alerts as they are published, all of them, in words besides. */
export type WebhookMessage = Readonly<{
  version: 1;
  alerts: readonly (AlertMessage & Pick<Notice, 'details' | 'viewUrl'>)[];
}>;

/** Nothing is left out of a digest: programs have no use for "and 14 more". */
export function webhookMessage(notices: readonly Notice[]): WebhookMessage {
  return {
    version: 1,
    alerts: notices.map(({ alert, details, viewUrl }) => ({
      ...makeAlertMessage(alert),
      details,
      ...(viewUrl === undefined ? {} : { viewUrl }),
    })),
  };
}
