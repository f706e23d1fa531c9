import type { Alert, SubjectOf } from './alert.ts';
import { plural, spanWords, timeWords, usdWords } from './alertWords.ts';
import type { Words } from './describeBudget.ts';

/** Alerts of what the ledger itself needs: prices, log lines, books that hold. */

const MINUTE_MS = 60_000;

export function describeUnpricedModel({ model, requests, month }: SubjectOf<'unpricedModel'>): Words {
  return {
    title: `Model ${model} has no price`,
    summary: `${plural(requests, 'request')} of ${month} ${requests === 1 ? 'counts' : 'count'} without a cost`,
    details: [
      { label: 'Next', value: 'give it a price in a file of own prices, then run: tollbook reprice' },
    ],
    actions: [],
  };
}

export function describeSilence(subject: SubjectOf<'silence'>, { createdAt }: Alert): Words {
  const { logGroup, lastLineAt, silentMinutes } = subject;
  return {
    title: `No log line from ${logGroup} for ${spanWords(silentMinutes * MINUTE_MS)}`,
    summary: `The last one came on ${timeWords('UTC', Date.parse(lastLineAt), Date.parse(createdAt))}`,
    details: [
      {
        label: 'Next',
        value:
          'see whether the gateway runs and its subscription filter is there; tollbook backfill reads what was missed',
      },
    ],
    actions: ['snooze'],
  };
}

export function describeResumed(subject: SubjectOf<'resumed'>, { createdAt }: Alert): Words {
  const { logGroup, silentSince, resumedAt } = subject;
  const nowMs = Date.parse(createdAt);
  const [sinceMs, untilMs] = [Date.parse(silentSince), Date.parse(resumedAt)];
  const span = `${timeWords('UTC', sinceMs, nowMs)} to ${timeWords('UTC', untilMs, nowMs)}`;
  return {
    title: `Log lines come from ${logGroup} again`,
    summary: `Silent from ${span} (${spanWords(untilMs - sinceMs)})`,
    details: [{ label: 'Next', value: 'tollbook backfill reads what was missed, if anything was' }],
    actions: [],
  };
}

export function describeDrift({ day, scopes, driftPicoUsd }: SubjectOf<'drift'>): Words {
  return {
    title: `Totals of ${day} did not hold what the records say, and were mended`,
    summary: `${plural(scopes, 'total')} off by ${usdWords(driftPicoUsd)} in all`,
    details: [{ label: 'Next', value: `see what is left: tollbook verify` }],
    actions: [],
  };
}
