import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_RULES } from '../../../../shared/domain/alerts/alert.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import { privateSlackAnswer, updatedSlackMessage } from '../../../../shared/notify/slackUpdate.ts';
import { hostileAlert, sampleAlert, VIEW_URL } from '../../../support/alerts.ts';
import { slackProblems, textProblems } from '../../../support/slackLimits.ts';

const notice = describeAlert(sampleAlert('budget'), { viewUrl: VIEW_URL });
const idsOf = (message: object) =>
  [...JSON.stringify(message).matchAll(/"action_id":"(\w+)"/g)].map(([, id]) => id);

describe('a message after a click', () => {
  it('says who did what before its small print, and keeps the buttons that are of use', () => {
    const message = updatedSlackMessage(notice, {
      notes: ['fay agreed', 'Granted: $50.00 more'],
      settled: ['approve', 'deny'],
    });
    expect(message.blocks.at(-2)).toEqual({
      type: 'section',
      text: { type: 'mrkdwn', text: 'fay agreed\nGranted: $50.00 more', verbatim: true },
    });
    expect(message.text).toMatch(/ fay agreed\. Granted: \$50\.00 more\.$/);
    expect(idsOf(message)).toEqual(['view', 'snooze']);
    expect(slackProblems(message)).toEqual([]);
  });

  it('is as it was where nobody did anything', () => {
    expect(idsOf(updatedSlackMessage(notice, { notes: [], settled: [] }))).toEqual([
      'view',
      'approve',
      'snooze',
    ]);
  });

  it('has no row of buttons when none is left', () => {
    const { blocks } = updatedSlackMessage(notice, { notes: ['x'], settled: ['view', 'approve', 'snooze'] });
    expect(blocks.map(({ type }) => type)).not.toContain('actions');
  });

  it('keeps the limits of Slack, whatever people are called and however many did something', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<!here>', '@channel *x*', 'x'.repeat(5_000)),
    );
    fc.assert(
      fc.property(
        fc.array(names, { maxLength: 20 }),
        names,
        fc.constantFrom(...ALERT_RULES),
        (notes, name, rule) => {
          const filled = notes.map((note) => `${note} agreed`);
          const message = updatedSlackMessage(describeAlert(hostileAlert(rule, name)), {
            notes: filled,
            settled: [],
          });
          expect(slackProblems(message)).toEqual([]);
          expect(textProblems(String(privateSlackAnswer(name).text))).toEqual([]);
        },
      ),
    );
  });
});
