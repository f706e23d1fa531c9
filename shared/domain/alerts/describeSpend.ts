import { percentUsed } from '../budget.ts';
import { BREAKER_TEXTS } from '../policy/breaker.ts';
import { capitalised, scopeName } from '../policy/budgetTexts.ts';
import type { Alert, AlertPlace, SubjectOf } from './alert.ts';
import type { AlertFacts } from './alertFacts.ts';
import { plural, shareWords, timeWords, usdWords } from './alertWords.ts';
import type { Words } from './describeBudget.ts';
import { changeDetails, ownerDetails, resetDetail } from './factWords.ts';

const NO_FACTS: AlertFacts = { drivers: [] };

export function describeBreaker(subject: SubjectOf<'breaker'>, { facts, createdAt }: Alert): Words {
  const { state, day, timeZone, resetAt } = subject;
  const isClosed = state === 'closed';
  const texts = { ...BREAKER_TEXTS, closed: 'The daily limit is off again - all requests allowed' };
  return {
    title: `${texts[state]} (${day})`,
    ...spentShare(subject),
    details: [
      ...(isClosed ? [] : changeDetails(facts ?? NO_FACTS)),
      ...ownerDetails(facts ?? NO_FACTS),
      ...(isClosed ? [] : [resetDetail(timeZone, resetAt, Date.parse(createdAt))]),
    ],
    actions: isClosed ? [] : ['snooze'],
  };
}

export function describeHighSpend(subject: SubjectOf<'highSpend'>, { facts, createdAt }: Alert): Words {
  const { day, resetAt, usedPicoUsd, limitPicoUsd } = subject;
  return {
    title: `${whoIn(subject)} has spent ${usdWords(usedPicoUsd)} on ${day}`,
    ...spentShare(subject),
    details: [
      { label: 'Rule', value: `${usdWords(limitPicoUsd)} or more on a UTC day` },
      ...changeDetails(facts ?? NO_FACTS),
      ...ownerDetails(facts ?? NO_FACTS),
      resetDetail('UTC', resetAt, Date.parse(createdAt)),
    ],
    actions: [],
  };
}

export function describeExpensiveRequest(
  subject: SubjectOf<'expensiveRequest'>,
  { facts, createdAt }: Alert,
): Words {
  const { source, requestId, startedAt, team, model, costPicoUsd, limitPicoUsd } = subject;
  return {
    title: `One request of ${who(subject)} has cost ${usdWords(costPicoUsd)}`,
    summary: `${usdWords(costPicoUsd)} with ${model}`,
    details: [
      { label: 'Rule', value: `${usdWords(limitPicoUsd)} or more for one request` },
      { label: 'Request', value: `${requestId} (${source})` },
      { label: 'Started', value: timeWords('UTC', Date.parse(startedAt), Date.parse(createdAt)) },
      { label: 'Team', value: team },
      ...ownerDetails(facts ?? NO_FACTS),
    ],
    actions: [],
  };
}

export function describeBurn(subject: SubjectOf<'burn'>, { facts }: Alert): Words {
  const { windowMinutes, usedPicoUsd, limitPicoUsd } = subject;
  const window = plural(windowMinutes, 'minute');
  return {
    title: `${whoIn(subject)} has spent ${usdWords(usedPicoUsd)} within ${window}`,
    ...spentShare(subject),
    details: [
      { label: 'Rule', value: `${usdWords(limitPicoUsd)} or more within ${window}, told once an hour` },
      ...changeDetails(facts ?? NO_FACTS),
      ...ownerDetails(facts ?? NO_FACTS),
    ],
    actions: [],
  };
}

export function describeThrottled(subject: SubjectOf<'throttled'>, { facts, createdAt }: Alert): Words {
  const { hour, requests, limit } = subject;
  const since = timeWords('UTC', Date.parse(`${hour}:00:00Z`), Date.parse(createdAt));
  return {
    title: `${plural(requests, 'request')} of ${who(subject)} ${requests === 1 ? 'was' : 'were'} refused within an hour`,
    summary: `${plural(requests, 'answer')} of status 429 in the hour from ${since}`,
    details: [
      { label: 'Rule', value: `more than ${plural(limit, 'answer')} of status 429 within an hour` },
      ...ownerDetails(facts ?? NO_FACTS),
    ],
    actions: [],
  };
}

type Spent = Readonly<{ usedPicoUsd: bigint; limitPicoUsd: bigint }>;

function spentShare({ usedPicoUsd, limitPicoUsd }: Spent): Pick<Words, 'summary' | 'percent'> {
  const figures = { used: usedPicoUsd, limit: limitPicoUsd };
  if (limitPicoUsd <= 0n) return { summary: shareWords('usd', figures) };
  const percent = Number(percentUsed(usedPicoUsd, limitPicoUsd));
  return { summary: shareWords('usd', { ...figures, percent }), percent };
}

function who({ scopeKind, scopeId }: AlertPlace): string {
  return scopeName({ kind: scopeKind, id: scopeId, scope: scopeId });
}

function whoIn(place: AlertPlace): string {
  return capitalised(who(place));
}
