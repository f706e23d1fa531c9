import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { breakerState } from '../../../../shared/domain/policy/breaker.ts';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { Decision, Increase } from '../../../../shared/domain/policy/decision.ts';
import { makeSnapshot } from '../../../../shared/domain/policy/snapshot.ts';
import {
  budget,
  DAY_START_MS,
  GRADUATED,
  NOW_MS,
  request,
  rung,
  snapshotData,
  USD,
} from '../../../fixtures/deciding.ts';

const DOCS = readFileSync(new URL('../../../../docs/gateway.md', import.meta.url), 'utf8');
const DIAGRAMS = [...DOCS.matchAll(/```mermaid\nstateDiagram-v2\n(.*?)```/gs)].map(([, text = '']) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim()),
);

const HOUR_MS = 3_600_000;
const RESTRICT = [rung(80, { kind: 'warn' }), rung(95, { kind: 'restrict', graceHours: 24 })];
const LIMIT = 100n * USD;

/** What is known at a moment; what is left out is nothing. */
type Moment = Readonly<{
  percent: bigint;
  restrictedForHours?: number;
  /** What an approver granted, in percent of the limit. */
  approved?: bigint;
  isOfYesterday?: boolean;
}>;

function stateAt(ladder: typeof GRADUATED, moment: Moment): string {
  const { percent, restrictedForHours, approved, isOfYesterday = false } = moment;
  const rule = budget({ limit: { measure: 'usd', amount: LIMIT }, ladder });
  const since =
    restrictedForHours === undefined ? {} : { restrictedSinceMs: NOW_MS - restrictedForHours * HOUR_MS };
  const day = isOfYesterday ? { periodStartMs: DAY_START_MS - 24 * HOUR_MS } : {};
  const data = snapshotData({ budgets: [rule] }, [{ used: percent * USD, ...since, ...day }]);
  const increase: Increase = {
    ...{ id: 'i', budgetId: 'b1', scopeId: 'ann', amount: (approved ?? 0n) * USD, liftsRestriction: true },
    ...{ fromMs: NOW_MS - 1, untilMs: NOW_MS + 1 },
  };
  const increases = new Map(approved === undefined ? [] : [[increase.id, increase]]);
  return stateOf(decide(makeSnapshot({ ...data, increases }), request(), { nowMs: NOW_MS }));
}

function stateOf({ reasons: [reason] }: Decision): string {
  if (reason === undefined) return 'ok';
  const { kind, action } = reason;
  if (kind === 'restriction') return action === 'reject' ? 'restricted' : 'grace';
  return { allow: 'ok', warn: 'warned', throttle: 'slowed', reject: 'refused' }[action];
}

describe('the states of a budget in docs/gateway.md', () => {
  const EDGES: readonly (readonly [edge: string, ladder: typeof GRADUATED, from: Moment, to: Moment])[] = [
    ['ok --> warned : rung with warn, such as 80%', GRADUATED, { percent: 79n }, { percent: 80n }],
    ['warned --> slowed : rung with throttle, such as 90%', GRADUATED, { percent: 89n }, { percent: 90n }],
    ['slowed --> refused : rung with reject, such as 100%', GRADUATED, { percent: 99n }, { percent: 100n }],
    ['warned --> grace : rung with restrict, such as 95%', RESTRICT, { percent: 94n }, { percent: 95n }],
    [
      'grace --> restricted : hours of grace are over',
      RESTRICT,
      { percent: 95n, restrictedForHours: 23 },
      { percent: 95n, restrictedForHours: 24 },
    ],
    [
      'grace --> ok : an approval',
      RESTRICT,
      { percent: 95n, restrictedForHours: 1 },
      { percent: 95n, restrictedForHours: 1, approved: 100n },
    ],
    [
      'restricted --> ok : an approval',
      RESTRICT,
      { percent: 95n, restrictedForHours: 30 },
      { percent: 95n, restrictedForHours: 30, approved: 100n },
    ],
    [
      'refused --> warned : the limit is raised',
      GRADUATED,
      { percent: 100n },
      { percent: 100n, approved: 20n },
    ],
    [
      'refused --> ok : the period ends',
      GRADUATED,
      { percent: 100n },
      { percent: 100n, isOfYesterday: true },
    ],
    ['slowed --> ok : the period ends', GRADUATED, { percent: 90n }, { percent: 90n, isOfYesterday: true }],
    ['warned --> ok : the period ends', GRADUATED, { percent: 80n }, { percent: 80n, isOfYesterday: true }],
    [
      'grace --> ok : the period ends',
      RESTRICT,
      { percent: 95n, restrictedForHours: 1 },
      { percent: 95n, restrictedForHours: 30, isOfYesterday: true },
    ],
    [
      'restricted --> ok : the period ends',
      RESTRICT,
      { percent: 95n, restrictedForHours: 30 },
      { percent: 95n, restrictedForHours: 30, isOfYesterday: true },
    ],
  ];

  it('begin with nothing used, and are those that are shown here', () => {
    expect(stateAt(GRADUATED, { percent: 0n })).toBe('ok');
    expect(DIAGRAMS[0]?.toSorted()).toEqual(['[*] --> ok', ...EDGES.map(([edge]) => edge)].toSorted());
  });

  it.each(EDGES)('%s', (edge, ladder, from, to) => {
    const arrow = `${stateAt(ladder, from)} --> ${stateAt(ladder, to)}`;
    expect(edge.split(' : ')[0]).toBe(arrow);
  });
});

describe('the states of the breaker in docs/gateway.md', () => {
  const RULE = { emergencyPicoUsd: 1_000n * USD, openPicoUsd: 1_500n * USD, timeZone: 'UTC' };
  const EDGES: readonly (readonly [edge: string, fromUsd: bigint, toUsd: bigint])[] = [
    ['closed --> emergency : first amount reached, only critical requests go', 999n, 1_000n],
    ['emergency --> open : second amount reached, none goes', 1_499n, 1_500n],
    // On the next day nothing is spent yet.
    ['emergency --> closed : next day', 1_000n, 0n],
    ['open --> closed : next day', 1_500n, 0n],
  ];

  it('are those that are shown here', () => {
    expect(DIAGRAMS[1]?.toSorted()).toEqual(['[*] --> closed', ...EDGES.map(([edge]) => edge)].toSorted());
  });

  it.each(EDGES)('%s', (edge, fromUsd, toUsd) => {
    const arrow = `${breakerState(RULE, fromUsd * USD, 0n)} --> ${breakerState(RULE, toUsd * USD, 0n)}`;
    expect(edge.split(' : ')[0]).toBe(arrow);
  });
});
