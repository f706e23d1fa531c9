import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ALERT_RULES, type AlertRule } from '../../../../shared/domain/alerts/alert.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import { makeAlertMessage } from '../../../../shared/notify/alertMessage.ts';
import { alertsText, alertText } from '../../../../shared/notify/alertText.ts';
import { amazonQMessage } from '../../../../shared/notify/amazonQMessage.ts';
import { slackMessage } from '../../../../shared/notify/slackMessage.ts';
import { wrapText } from '../../../../shared/notify/wrapText.ts';
import { sampleAlert, VIEW_URL } from '../../../support/alerts.ts';
import { slackAsText } from '../../../support/renderings.ts';

const noticeOf = (rule: AlertRule) => describeAlert(sampleAlert(rule), { viewUrl: VIEW_URL });
const docs = await readFile(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8');

describe('docs/alerts.md', () => {
  it.each([
    ['text', alertText(noticeOf('budget'))],
    ['a digest', alertsText([noticeOf('budget'), noticeOf('increase'), noticeOf('drift')])],
    ['a budget in Slack', slackAsText(slackMessage([noticeOf('budget')]))],
    ['an increase in Slack', slackAsText(slackMessage([noticeOf('increase')]))],
    ['Amazon Q Developer', JSON.stringify(amazonQMessage([noticeOf('budget')]), null, 2)],
    ['programs', JSON.stringify(makeAlertMessage(sampleAlert('budget')), null, 2)],
  ])('shows %s as it is', (_what, message) => {
    expect(docs).toContain(message);
  });

  it.each(ALERT_RULES)('tells of %s', (rule) => {
    const { title, summary } = noticeOf(rule);
    const [firstLine = ''] = wrapText(`: ${title}`, 60);
    expect(docs).toContain(firstLine);
    expect(docs).toContain(summary);
  });
});
