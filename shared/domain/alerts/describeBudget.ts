import { type BudgetFigures, percentUsed } from '../budget.ts';
import type { Aim } from '../policy/asker.ts';
import { budgetNoun, capitalised, possessive, scopeName, usedSentence } from '../policy/budgetTexts.ts';
import type { Alert, SubjectOf } from './alert.ts';
import type { AlertFacts } from './alertFacts.ts';
import { amountWords, markWords, shareWords, timeWords } from './alertWords.ts';
import { changeDetails, nextDetails, ownerDetails, paceDetail, resetDetail } from './factWords.ts';
import type { Notice, NoticeAction } from './notice.ts';

/** What a rule's own words are; the rest of a notice is the same for all. */
export type Words = Pick<Notice, 'title' | 'summary' | 'percent' | 'details' | 'actions'>;

type Details = Words['details'];

const NO_FACTS: AlertFacts = { drivers: [] };

export function describeCrossing(subject: SubjectOf<'budget'>, { facts, createdAt }: Alert): Words {
  const percent = percentOf(subject);
  const { threshold, action } = subject;
  return {
    title: `${usedSentence(aimOf(subject), percent, budgetNoun(subject))} (${subject.periodKey})`,
    ...figures(subject, percent),
    details: [
      { label: 'Now', value: `Past ${threshold}%: ${markWords(action)}` },
      ...causeDetails(subject),
      ...budgetDetails(subject, facts ?? NO_FACTS, Date.parse(createdAt)),
    ],
    actions: actionsOf(subject),
  };
}

export function describeProjection(subject: SubjectOf<'projection'>, { facts, createdAt }: Alert): Words {
  const { period, periodKey, exhaustedAt, projected } = subject;
  const aim = aimOf(subject);
  const nowMs = Date.parse(createdAt);
  const when = timeWords(period.timeZone, Date.parse(exhaustedAt), nowMs);
  const who = capitalised(scopeName(aim));
  return {
    title: `${who} will use up ${possessive(aim)} ${budgetNoun(subject)} on ${when} (${periodKey})`,
    ...figures(subject, percentOf(subject)),
    details: budgetDetails(subject, { ...(facts ?? NO_FACTS), projected, exhaustedAt }, nowMs),
    actions: actionsOf(subject),
  };
}

export function describeResolved(subject: SubjectOf<'resolved'>, { facts }: Alert): Words {
  const { summary, ...share } = figures(subject, percentOf(subject));
  return {
    title: `The ${budgetNoun(subject)} of ${scopeName(aimOf(subject))} starts anew (${subject.periodKey} is over)`,
    summary: `In the end ${summary}`,
    ...share,
    details: [...highestDetails(subject), ...ownerDetails(facts ?? NO_FACTS)],
    actions: [],
  };
}

/** Where only the pace was told, no mark was passed. */
function highestDetails({ highest }: SubjectOf<'resolved'>): Details {
  return highest === 0 ? [] : [{ label: 'Highest mark', value: `${highest}%` }];
}

export function describeIncrease(subject: SubjectOf<'increase'>, { createdAt }: Alert): Words {
  const { state, measure, amount, by, reason, until, budgetId, periodKey, increaseId } = subject;
  const whom = scopeName(aimOf(subject));
  const more = amount === 0n ? undefined : `${amountWords(measure, amount)} more for ${whom}`;
  const asked = more ?? `an end of the restriction of ${whom}`;
  const titles = {
    requested: `${by} asks for ${asked}`,
    granted:
      more === undefined
        ? `The restriction of ${whom} is lifted`
        : `${capitalised(whom)} has ${moreFor(subject)}`,
    denied: `Denied: ${asked}`,
  };
  const labels = { requested: 'Asked by', granted: 'By', denied: 'Denied by' };
  return {
    title: titles[state],
    summary: `Budget ${budgetId} (${periodKey}), until ${timeWords('UTC', Date.parse(until), Date.parse(createdAt))}`,
    details: [
      { label: labels[state], value: by },
      { label: 'Reason', value: reason },
      ...(state === 'requested'
        ? [{ label: 'Next', value: `tollbook budgets approve ${increaseId}, or deny` }]
        : []),
    ],
    actions: state === 'requested' ? ['approve', 'deny'] : [],
  };
}

function moreFor({ measure, amount }: SubjectOf<'increase'>): string {
  return `${amountWords(measure, amount)} more`;
}

function figures(budget: BudgetFigures, percent: number | undefined): Pick<Words, 'summary' | 'percent'> {
  const { measure, used, limit } = budget;
  const summary = shareWords(measure, { used, limit, percent });
  return percent === undefined ? { summary } : { summary, percent };
}

function budgetDetails(budget: BudgetFigures, facts: AlertFacts, nowMs: number): Details {
  const { projected, exhaustedAt } = facts;
  return [
    ...(projected === undefined ? [] : [paceDetail({ ...budget, projected, exhaustedAt }, nowMs)]),
    ...changeDetails(facts),
    ...nextDetails(facts),
    ...ownerDetails(facts),
    resetDetail(budget.period.timeZone, budget.resetAt, nowMs),
  ];
}

/** Nobody's spending jumped: say so before people look for who did it. */
function causeDetails({ cause, measure }: SubjectOf<'budget'>): Details {
  if (cause === 'use') return [];
  const what = measure === 'usd' ? 'spent' : 'used';
  return [{ label: 'Cause', value: `the mark was lowered below what had been ${what}` }];
}

/** A tenth more of nothing would be nothing. */
function actionsOf({ limit }: BudgetFigures): NoticeAction[] {
  return limit > 0n ? ['approve', 'snooze'] : ['snooze'];
}

function percentOf({ used, limit }: BudgetFigures): number | undefined {
  return limit > 0n ? Number(percentUsed(used, limit)) : undefined;
}

function aimOf({ scopeKind, scopeId }: Pick<BudgetFigures, 'scopeKind' | 'scopeId'>): Aim {
  return { kind: scopeKind, id: scopeId, scope: scopeId };
}
