import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../../shared/domain/alerts/alert.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import { slackMessage } from '../../../../shared/notify/slackMessage.ts';
import { sampleAlert, VIEW_URL } from '../../../support/alerts.ts';
import { slackAsText } from '../../../support/renderings.ts';

function messageOf(rule: AlertRule): string {
  const notice = describeAlert(sampleAlert(rule), { viewUrl: VIEW_URL });
  return slackAsText(slackMessage([notice]));
}

describe('slackMessage', () => {
  it('tells of a budget at a mark', () => {
    expect(messageOf('budget')).toMatchInlineSnapshot(`
      "# Warning: Team payments has used 82% of its monthly budget (2026-11)
      *82% of $500.00 (spent $410.00)*
      \`████████████████░░░░\`
      *Now* Past 80%: requests are answered with a warning
      *Pace* $18.64 a day; at this pace the budget is spent on Thu 26 Nov 14:00 UTC, 4 days before it starts anew
      *Change* today $61.20, a normal day is $22.10 (2.8 times)
      *Next* At 100%: requests are slowed by 2 s
      *Owner* dana
      *Resets* Tue 1 Dec 00:00 UTC
      *Most of it*
      • alice: $210.00 (51%)
      • bob: $120.00 (29%)
      • dana: $40.50 (9%)
      [View: view] [Approve +10%: approve] [Snooze 24 h: snooze]
      (Alert budget:team:payments:month:usd:payments:2026-11:80)"
    `);
  });

  it('tells of a budget that will not last', () => {
    expect(messageOf('projection')).toMatchInlineSnapshot(`
      "# Warning: Team payments will use up its monthly budget on Thu 26 Nov 14:00 UTC (2026-11)
      *62% of $500.00 (spent $310.00)*
      \`████████████░░░░░░░░\`
      *Pace* $18.64 a day; at this pace the budget is spent on Thu 26 Nov 14:00 UTC, 4 days before it starts anew
      *Resets* Tue 1 Dec 00:00 UTC
      [View: view] [Approve +10%: approve] [Snooze 24 h: snooze]
      (Alert projection:team:payments:month:usd:payments:2026-11)"
    `);
  });

  it('tells of a period that is over', () => {
    expect(messageOf('resolved')).toMatchInlineSnapshot(`
      "# Notice: The monthly budget of team payments starts anew (2026-11 is over)
      *In the end 104% of $500.00 (spent $520.00)*
      \`████████████████████\`
      *Highest mark* 100%
      [View: view]
      (Alert resolved:team:payments:month:usd:payments:2026-11)"
    `);
  });

  it('tells of the breaker', () => {
    expect(messageOf('breaker')).toMatchInlineSnapshot(`
      "# Critical: Daily limit reached - only critical requests allowed (2026-11-22)
      *101% of $1,000.00 (spent $1,012.40)*
      \`████████████████████\`
      *Resets* Mon 23 Nov 00:00 Europe/Berlin
      [View: view] [Snooze 24 h: snooze]
      (Alert breaker:2026-11-22:emergency)"
    `);
  });

  it('tells of a dear day of a user', () => {
    expect(messageOf('highSpend')).toMatchInlineSnapshot(`
      "# Warning: User dana has spent $63.10 on 2026-11-22
      *126% of $50.00 (spent $63.10)*
      \`████████████████████\`
      *Rule* $50.00 or more on a UTC day
      *Change* today $63.10, a normal day is $9.00 (7.0 times)
      *Owner* max
      *Resets* Mon 23 Nov 00:00 UTC
      *Most of it*
      • claude-opus-5-5: $60.00 (95%)
      [View: view]
      (Alert highSpend:user:dana:2026-11-22)"
    `);
  });

  it('tells of a dear request', () => {
    expect(messageOf('expensiveRequest')).toMatchInlineSnapshot(`
      "# Warning: One request of user dana has cost $4.31
      *$4.31 with claude-opus-5-5*
      *Rule* $1.00 or more for one request
      *Request* req-7f31 (bedrock)
      *Started* Sun 22 Nov 14:04 UTC
      *Team* payments
      [View: view]
      (Alert expensiveRequest:bedrock:req-7f31)"
    `);
  });

  it('tells of much within minutes', () => {
    expect(messageOf('burn')).toMatchInlineSnapshot(`
      "# Critical: Team payments has spent $6.20 within 5 minutes
      *124% of $5.00 (spent $6.20)*
      \`████████████████████\`
      *Rule* $5.00 or more within 5 minutes, told once an hour
      [View: view]
      (Alert burn:team:payments:2026-11-22T14)"
    `);
  });

  it('tells of a user who is refused often', () => {
    expect(messageOf('throttled')).toMatchInlineSnapshot(`
      "# Warning: 34 requests of user dana were refused within an hour
      *34 answers of status 429 in the hour from Sun 22 Nov 13:00 UTC*
      *Rule* more than 20 answers of status 429 within an hour
      [View: view]
      (Alert throttled:user:dana:2026-11-22T13)"
    `);
  });

  it('tells of a model without a price', () => {
    expect(messageOf('unpricedModel')).toMatchInlineSnapshot(`
      "# Warning: Model acme.giant-v9 has no price
      *1,203 requests of 2026-11 count without a cost*
      *Next* give it a price in a file of own prices, then run: tollbook reprice
      [View: view]
      (Alert unpricedModel:acme.giant-v9:2026-11)"
    `);
  });

  it('tells of a gateway that fell silent', () => {
    expect(messageOf('silence')).toMatchInlineSnapshot(`
      "# Critical: No log line from /aws/bedrock/invocations for 55 minutes
      *The last one came on Sun 22 Nov 13:10 UTC*
      *Next* see whether the gateway runs and its subscription filter is there; tollbook backfill reads what was missed
      [View: view] [Snooze 24 h: snooze]
      (Alert silence:/aws/bedrock/invocations:2026-11-22T13:10:00.000Z)"
    `);
  });

  it('tells of a gateway that speaks again', () => {
    expect(messageOf('resumed')).toMatchInlineSnapshot(`
      "# Notice: Log lines come from /aws/bedrock/invocations again
      *Silent from Sun 22 Nov 11:10 UTC to Sun 22 Nov 14:05 UTC (2 hours)*
      *Next* tollbook backfill reads what was missed, if anything was
      [View: view]
      (Alert resumed:/aws/bedrock/invocations:2026-11-22T11:10:00.000Z)"
    `);
  });

  it('tells of totals that did not hold', () => {
    expect(messageOf('drift')).toMatchInlineSnapshot(`
      "# Critical: Totals of 2026-11-21 did not hold what the records say, and were mended
      *3 totals off by $0.42 in all*
      *Next* see what is left: tollbook verify
      [View: view]
      (Alert drift:2026-11-21)"
    `);
  });

  it('tells of a request for more', () => {
    expect(messageOf('increase')).toMatchInlineSnapshot(`
      "# Warning: dana asks for $50.00 more for team payments
      *Budget team:payments:month:usd (2026-11), until Mon 30 Nov 17:00 UTC*
      *Asked by* dana
      *Reason* release week
      *Next* tollbook budgets approve 3f9c2a71b0de, or deny
      [View: view] [Approve: approve] [Deny: deny]
      (Alert increase:3f9c2a71b0de:requested)"
    `);
  });

  it('tells of several at once, the worst first', () => {
    const notices = (['budget', 'increase', 'drift'] as const).map((rule) =>
      describeAlert(sampleAlert(rule), { viewUrl: VIEW_URL }),
    );
    expect(slackAsText(slackMessage(notices))).toMatchInlineSnapshot(`
      "# 3 alerts: 1 critical, 2 warnings
      *Critical:* Totals of 2026-11-21 did not hold what the records say, and were mended
      3 totals off by $0.42 in all
      (Alert drift:2026-11-21)
      *Warning:* Team payments has used 82% of its monthly budget (2026-11)
      82% of $500.00 (spent $410.00)
      (Alert budget:team:payments:month:usd:payments:2026-11:80)
      *Warning:* dana asks for $50.00 more for team payments
      Budget team:payments:month:usd (2026-11), until Mon 30 Nov 17:00 UTC
      (Alert increase:3f9c2a71b0de:requested)
      [View: view]"
    `);
  });
});
