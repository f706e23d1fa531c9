import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../../../shared/domain/policy/capabilities.ts';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import { makeSuggest } from '../../../../shared/domain/policy/makeSuggest.ts';
import type { ModelAccessList, Policy } from '../../../../shared/domain/policy/policy.ts';
import { makeSnapshot } from '../../../../shared/domain/policy/snapshot.ts';
import { makePriceOf } from '../../../../shared/pricing/makePriceOf.ts';
import { bundledPriceBook } from '../../../../shared/pricing/priceBook.ts';
import { readPriceOverlay } from '../../../../shared/pricing/readPriceOverlay.ts';
import { budget, NOW_MS, request, rung, snapshotData, USD } from '../../../fixtures/deciding.ts';

const suggest = makeSuggest({
  priceOf: makePriceOf(bundledPriceBook(), { startedAt: '2026-11-24T12:00:00.000Z' }),
  capabilities: CAPABILITIES,
});

/** 100,000 and 20,000 tokens: 0.80 USD with Opus 5.5, 0.40 with Sonnet 5.5, 0.02 with Haiku 5.5. */
const ASKED = {
  model: 'claude-opus-5-5',
  estimate: { picoUsd: 800_000_000_000n, tokens: { input: 100_000, output: 20_000 } },
} as const;

function suggestedBy(policy: Partial<Policy>, used = 0n) {
  const snapshot = makeSnapshot(snapshotData(policy, [{ used }]));
  const { action, suggestedModel } = decide(snapshot, request(ASKED), { nowMs: NOW_MS, suggest });
  return [action, suggestedModel];
}

const allowing = (...models: string[]): ModelAccessList => ({
  target: { kind: 'org' },
  entries: [{ models }],
});

describe('a decision that refuses a model', () => {
  it.each<[string[], string, string | undefined]>([
    [['opus'], 'allow', undefined],
    [['sonnet', 'haiku'], 'reject', 'claude-sonnet-5-5'],
    [['haiku'], 'reject', 'claude-haiku-5-5'],
    [['claude-sonnet-4-6'], 'reject', 'claude-sonnet-4-6'],
    [['nova-pro'], 'reject', undefined],
  ])('where %j may be used: %s, suggested is %s', (models, action, suggested) => {
    expect(suggestedBy({ access: [allowing(...models)] })).toStrictEqual([action, suggested]);
  });
});

describe('a decision that refuses a cost', () => {
  const rule = budget({
    target: { kind: 'each', scope: 'user' },
    limit: { measure: 'usd', amount: 10n * USD },
    ladder: [rung(100, { kind: 'reject', status: 429 })],
  });

  // A cost that just fits into what is left of 10 USD may go; one pico-USD less and it may not.
  it.each<[string, bigint, string, string | undefined]>([
    ['just enough for Opus', 9_200_000_000_000n, 'allow', undefined],
    ['too little for Opus', 9_200_000_000_001n, 'reject', 'claude-sonnet-5-5'],
    ['just enough for Sonnet', 9_600_000_000_000n, 'reject', 'claude-sonnet-5-5'],
    ['too little for Sonnet', 9_600_000_000_001n, 'reject', 'claude-haiku-5-5'],
    ['just enough for Haiku', 9_980_000_000_000n, 'reject', 'claude-haiku-5-5'],
    ['too little for Haiku', 9_980_000_000_001n, 'reject', undefined],
  ])('with %s left: %s used, %s, suggested is %s', (_, used, action, suggested) => {
    expect(suggestedBy({ budgets: [rule] }, used)).toStrictEqual([action, suggested]);
  });

  it('suggests what a budget of one family does not count', () => {
    const ofOpus = { ...rule, filter: { modelFamily: 'opus' } };
    expect(suggestedBy({ budgets: [ofOpus] }, 20n * USD)).toStrictEqual(['reject', 'claude-sonnet-5-5']);
  });
});

describe('the price of a request to come', () => {
  const tokens = { input: 1_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
  const priceOf = makePriceOf(bundledPriceBook(), { startedAt: '2026-11-24T12:00:00.000Z' });

  it.each([
    ['claude-opus-5-5', 4_000_000_000_000n],
    ['us.anthropic.claude-opus-5-5', 4_400_000_000_000n],
    ['no-such-model', undefined],
  ])('with %s is %s', (model, picoUsd) => {
    expect(priceOf(model, tokens)).toBe(picoUsd);
  });

  it('is the company’s own where an overlay was read, and of no other day', () => {
    const text = readFileSync(new URL('../../../fixtures/prices/own.yaml', import.meta.url), 'utf8');
    const overlay = readPriceOverlay(text, 'own.yaml');
    const ownAt = (startedAt: string, model: string) =>
      makePriceOf(bundledPriceBook(), { startedAt, overlay })(model, tokens);
    // Own prices from November to December: 1.80 USD a million instead of 2.
    const sonnet = 'global.anthropic.claude-sonnet-5-5';
    expect(ownAt('2026-11-24T12:00:00.000Z', sonnet)).toBe(1_800_000_000_000n);
    expect(ownAt('2027-01-01T00:00:00.000Z', sonnet)).toBe(2_000_000_000_000n);
    expect(ownAt('2026-11-24T12:00:00.000Z', 'our-model')).toBe(1_800_000_000_000n);
    expect(priceOf(sonnet, tokens)).toBe(2_000_000_000_000n);
  });
});
