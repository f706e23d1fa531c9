import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_RULES } from '../../../../shared/domain/alerts/alert.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import type { Notice } from '../../../../shared/domain/alerts/notice.ts';
import { alertMessageSchema, makeAlertMessage } from '../../../../shared/notify/alertMessage.ts';
import { alertsText } from '../../../../shared/notify/alertText.ts';
import { amazonQMessage } from '../../../../shared/notify/amazonQMessage.ts';
import { emailMessage } from '../../../../shared/notify/emailMessage.ts';
import { slackMessage } from '../../../../shared/notify/slackMessage.ts';
import { webhookMessage } from '../../../../shared/notify/webhookMessage.ts';
import { columnsOf } from '../../../../shared/notify/wrapText.ts';
import { hostileAlert, sampleAlert, VIEW_URL } from '../../../support/alerts.ts';
import { amazonQProblems, emailProblems } from '../../../support/messageLimits.ts';
import { slackProblems } from '../../../support/slackLimits.ts';

const NASTY = [
  '<!here>',
  '<!channel|all>',
  '<@U012AB3CD>',
  '@channel',
  '@here',
  '@everyonely',
  '*bold* _italic_ ~struck~ `code`',
  '_a_b_',
  '>quote',
  '[click](https://evil.example)',
  '<https://evil.example|click>',
  '"><script>alert(1)</script><img src=x>',
  '&amp;&lt;&',
  'a\r\nBcc: victim@example.com',
  '\u202eevil\u202c\u2066\u200f',
  '\u0000\u001b[31mred',
  '\ud83d',
  '\udca9x',
  '👨\u200d👩\u200d👧',
  'x'.repeat(10_000),
  '&'.repeat(10_000),
  '💸'.repeat(5_000),
  ' ',
  '',
];

const names = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));
const notices = fc.record({
  rule: fc.constantFrom(...ALERT_RULES),
  name: names,
  viewUrl: fc.constantFrom(VIEW_URL, undefined),
});

/** One message of one notice, and digests of up to 60. */
function forAnyMessage(check: (notices: readonly Notice[]) => void): void {
  const many = fc.tuple(fc.array(notices, { minLength: 1, maxLength: 3 }), fc.constantFrom(1, 1, 1, 7, 20));
  fc.assert(
    fc.property(many, ([some, times]) => {
      const made = some.map(({ rule, name, viewUrl }) =>
        describeAlert(hostileAlert(rule, name), viewUrl === undefined ? {} : { viewUrl }),
      );
      check(Array.from({ length: times }, () => made).flat());
    }),
    { numRuns: 150 },
  );
}

describe('messages with hostile names', () => {
  it('keep the limits of Slack, mention nobody and format nothing', () => {
    forAnyMessage((made) => expect(slackProblems(slackMessage(made))).toEqual([]));
  });

  it('keep to the schema of Amazon Q Developer', () => {
    forAnyMessage((made) => expect(amazonQProblems(amazonQMessage(made))).toEqual([]));
  });

  it('put no tag, address or line break into an e-mail', () => {
    forAnyMessage((made) => expect(emailProblems(emailMessage(made), VIEW_URL)).toEqual([]));
  });

  it('stay within 76 columns of plain text', () => {
    forAnyMessage((made) => {
      for (const line of alertsText(made).split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(76);
    });
  });

  it('reach programs as they are', () => {
    fc.assert(
      fc.property(notices, ({ rule, name }) => {
        const message = makeAlertMessage(hostileAlert(rule, name));
        expect(alertMessageSchema.parse(JSON.parse(JSON.stringify(message)))).toStrictEqual(message);
      }),
    );
  });
});

describe('digests', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const notice = describeAlert(sampleAlert(index === 0 ? 'budget' : 'throttled'));
      return { ...notice, alertId: `${notice.alertId}:${index}` };
    });

  it.each([
    [20, undefined],
    [21, 'and 1 more'],
    [34, 'and 14 more'],
  ])('of %i alerts in Slack say that there are more: %s', (count, more) => {
    const { blocks, text } = slackMessage(many(count));
    const last = blocks.at(-1);
    const told = last?.type === 'section' && 'text' in last ? last.text.text : undefined;
    expect([told, blocks.length]).toEqual([more, more === undefined ? 41 : 42]);
    expect(text).toContain(`${count} alerts: ${count} warnings`);
  });

  it.each([
    [8, false],
    [9, true],
  ])('of %i alerts in Amazon Q Developer say whether there are more', (count, isMore) => {
    expect(amazonQMessage(many(count)).content.description.endsWith('\nand 1 more')).toBe(isMore);
  });

  it.each([
    [50, false],
    [51, true],
  ])('of %i alerts by e-mail say whether there are more', (count, isMore) => {
    const { text, html } = emailMessage(many(count));
    expect([text.endsWith('\n\nand 1 more'), html.includes('and 1 more')]).toEqual([isMore, isMore]);
  });

  it('leave out none for programs', () => {
    expect(webhookMessage(many(200)).alerts).toHaveLength(200);
  });

  it('need a notice', () => {
    for (const render of [slackMessage, amazonQMessage, emailMessage]) {
      expect(() => render([])).toThrow('a message needs a notice');
    }
  });
});
