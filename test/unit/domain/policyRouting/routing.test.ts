import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../../../shared/domain/policy/capabilities.ts';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { DecisionRequest } from '../../../../shared/domain/policy/decision.ts';
import { hideNamesOfPolicy } from '../../../../shared/domain/policy/hideNamesOfPolicy.ts';
import { makeSuggest } from '../../../../shared/domain/policy/makeSuggest.ts';
import { EMPTY_POLICY, type Policy } from '../../../../shared/domain/policy/policy.ts';
import {
  featuresOf,
  type RoutingCondition,
  type RoutingFeatures,
  type RoutingRules,
  routeOf,
} from '../../../../shared/domain/policy/routing.ts';
import { followRoute, type Suggest } from '../../../../shared/domain/policy/suggestion.ts';
import { makePriceOf } from '../../../../shared/pricing/makePriceOf.ts';
import { bundledPriceBook } from '../../../../shared/pricing/priceBook.ts';
import { budget, NOW_MS, request, rung, snapshot, USD } from '../../../fixtures/deciding.ts';

const FALLBACK = { model: 'other', maxTokens: 9 };

/** Where one rule and a default send a request: by the rule, by the default, or nowhere. */
function wayOf(condition: RoutingCondition, features: RoutingFeatures): string {
  const route = routeOf(
    { rules: [{ ...condition, model: 'm', maxTokens: 1 }], fallback: FALLBACK },
    features,
  );
  return route === undefined ? 'nowhere' : route.rule === 0 ? 'rule' : 'default';
}

describe('a routing rule', () => {
  const has = (pattern: string) => pattern === 'bug';

  it.each<[string, RoutingCondition, RoutingFeatures, string]>([
    ['an operation that is stated', { operation: 'review' }, { operation: 'review' }, 'rule'],
    ['an operation when another is stated', { operation: 'review' }, { operation: 'chat' }, 'default'],
    ['an operation when none is stated', { operation: 'review' }, {}, 'nowhere'],
    ['an entrypoint that is stated', { entrypoint: 'cli' }, { entrypoint: 'cli' }, 'rule'],
    ['a complexity that is stated', { complexity: 'low' }, { complexity: 'low' }, 'rule'],
    ['a complexity when another is stated', { complexity: 'low' }, { complexity: 'high' }, 'default'],
    ['a shorter prompt', { maxPromptTokens: 100 }, { promptTokens: 99 }, 'rule'],
    ['a prompt of just that length', { maxPromptTokens: 100 }, { promptTokens: 100 }, 'rule'],
    ['a longer prompt', { maxPromptTokens: 100 }, { promptTokens: 101 }, 'default'],
    ['a prompt of unknown length', { maxPromptTokens: 100 }, {}, 'nowhere'],
    ['a pattern that is there', { pattern: 'bug' }, { hasPattern: has }, 'rule'],
    ['a pattern that is not there', { pattern: 'lint' }, { hasPattern: has }, 'default'],
    ['a pattern of a prompt that nobody has', { pattern: 'bug' }, {}, 'nowhere'],
    ['two things that hold', { pattern: 'bug', operation: 'a' }, { hasPattern: has, operation: 'a' }, 'rule'],
    ['two things of which one fails', { pattern: 'bug', operation: 'a' }, { operation: 'b' }, 'default'],
    ['two things of which one is unknown', { pattern: 'bug', operation: 'a' }, { operation: 'a' }, 'nowhere'],
  ])('asked for %s', (_name, condition, features, way) => {
    expect(wayOf(condition, features)).toBe(way);
  });

  it('does not have a prompt searched where something else fails', () => {
    const hasPattern = () => {
      throw new Error('the prompt was searched');
    };
    expect(wayOf({ pattern: 'bug', operation: 'a' }, { operation: 'b', hasPattern })).toBe('default');
  });

  it('that holds decides before later ones, which are told', () => {
    const rules = ['x', 'y', 'x', 'x'].map((operation, index) => ({
      operation,
      model: `m${index}`,
      maxTokens: 1,
    }));
    expect(routeOf({ rules }, { operation: 'x' })).toStrictEqual({
      model: 'm0',
      maxTokens: 1,
      rule: 0,
      alsoMatched: [2, 3],
    });
    expect(routeOf({ rules }, { operation: 'z' })).toBeUndefined();
  });
});

describe('the features of a request', () => {
  it.each<[string, DecisionRequest['estimate'], number | undefined]>([
    ['no tokens without an estimate', undefined, undefined],
    ['no tokens of an estimate in USD', { picoUsd: 5n, tokens: {} }, undefined],
    ['no tokens of an answer', { picoUsd: 0n, tokens: { output: 500 } }, undefined],
    ['a prompt of nothing', { picoUsd: 0n, tokens: { input: 0 } }, 0],
    [
      'all tokens of a prompt',
      { picoUsd: 0n, tokens: { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 9 } },
      4_321,
    ],
  ])('count %s', (_name, estimate, promptTokens) => {
    const asked = request({ operation: 'review', complexity: 'low', ...(estimate && { estimate }) });
    expect(featuresOf(asked)).toEqual({ operation: 'review', complexity: 'low', promptTokens });
  });
});

const bySuggest = makeSuggest({
  priceOf: makePriceOf(bundledPriceBook(), { startedAt: '2026-11-24T12:00:00.000Z' }),
  capabilities: CAPABILITIES,
});

/** 100,000 and 20,000 tokens: 0.80 USD with Opus 5.5, 0.40 with Sonnet 5.5, 0.02 with Haiku 5.5. */
const ESTIMATE = { picoUsd: 800_000_000_000n, tokens: { input: 100_000, output: 20_000 } };

type Case = Readonly<{
  policy?: Partial<Policy>;
  used?: bigint;
  asked?: Partial<DecisionRequest>;
  suggest?: Suggest;
}>;

function decideOn(
  routing: RoutingRules,
  { policy = {}, used = 0n, asked = {}, suggest = bySuggest }: Case = {},
) {
  const asking = request({ model: 'claude-opus-5-5', operation: 'review', estimate: ESTIMATE, ...asked });
  const { action, suggestedModel } = decide(snapshot({ ...policy, routing }, [{ used }]), asking, {
    ...{ nowMs: NOW_MS, suggest },
    hasPattern: (pattern) => pattern === 'bug',
  });
  return [action, suggestedModel];
}

const reviewsTo = (model: string): RoutingRules => ({
  rules: [{ operation: 'review', model, maxTokens: 2_000 }],
});

describe('a decision by a policy with routing rules', () => {
  const tenUsd = budget({
    limit: { measure: 'usd', amount: 10n * USD },
    ladder: [rung(100, { kind: 'reject', status: 429 })],
  });

  it.each<[string, RoutingRules, Case, string, string | undefined]>([
    [
      'suggests what the rule names, to a request that may go too',
      reviewsTo('claude-haiku-5-5'),
      {},
      'allow',
      'claude-haiku-5-5',
    ],
    ['suggests a dearer one too', reviewsTo('claude-fable-5-1'), {}, 'allow', 'claude-fable-5-1'],
    [
      'spells it as the request does',
      reviewsTo('claude-haiku-5-5'),
      { asked: { model: 'us.anthropic.claude-opus-5-5' } },
      'allow',
      'us.anthropic.claude-haiku-5-5',
    ],
    [
      'keeps the spelling of a rule that has its own',
      reviewsTo('eu.anthropic.claude-haiku-5-5'),
      { asked: { model: 'us.anthropic.claude-opus-5-5' } },
      'allow',
      'eu.anthropic.claude-haiku-5-5',
    ],
    [
      'suggests nothing to a request that asks for it, however spelt',
      reviewsTo('claude-opus-5-5'),
      { asked: { model: 'us.anthropic.claude-opus-5-5' } },
      'allow',
      undefined,
    ],
    [
      'suggests nothing when no rule holds',
      reviewsTo('claude-haiku-5-5'),
      { asked: { operation: 'chat' } },
      'allow',
      undefined,
    ],
    [
      'looks into the prompt',
      { rules: [{ pattern: 'bug', model: 'claude-sonnet-5-5', maxTokens: 1 }] },
      {},
      'allow',
      'claude-sonnet-5-5',
    ],
    [
      'follows the default when every rule was tried',
      {
        rules: [{ pattern: 'lint', model: 'claude-haiku-5-5', maxTokens: 1 }],
        fallback: { model: 'claude-sonnet-5-5', maxTokens: 1 },
      },
      {},
      'allow',
      'claude-sonnet-5-5',
    ],
    ['suggests no model without a price', reviewsTo('no-such-model'), {}, 'allow', undefined],
    // With 9.5 USD of 10 used there is room for Sonnet's 0.40 and Haiku's 0.02, and not for Opus's 0.80.
    [
      'follows the rule when the request is refused',
      reviewsTo('claude-haiku-5-5'),
      { policy: { budgets: [tenUsd] }, used: 9_500_000_000_000n },
      'reject',
      'claude-haiku-5-5',
    ],
    [
      'finds the cheapest one that may do where the rule names one that would be refused',
      reviewsTo('claude-fable-5-1'),
      { policy: { budgets: [tenUsd] }, used: 9_500_000_000_000n },
      'reject',
      'claude-sonnet-5-5',
    ],
    [
      'finds the cheapest one that is as strong as the request states',
      reviewsTo('claude-opus-5-5'),
      { policy: { budgets: [tenUsd] }, used: 9_500_000_000_000n, asked: { complexity: 'low' } },
      'reject',
      'claude-haiku-5-5',
    ],
    [
      'suggests nothing to a request that may go where the rule names one that would be refused',
      reviewsTo('claude-fable-5-1'),
      { policy: { access: [{ target: { kind: 'org' }, entries: [{ models: ['opus'] }] }] } },
      'allow',
      undefined,
    ],
    [
      'follows rules without prices',
      reviewsTo('no-such-model'),
      { suggest: followRoute },
      'allow',
      'no-such-model',
    ],
    [
      'follows nothing but rules then',
      { rules: [] },
      { suggest: followRoute, policy: { budgets: [tenUsd] }, used: 9_500_000_000_000n },
      'reject',
      undefined,
    ],
  ])('%s', (_name, routing, given, action, suggested) => {
    expect(decideOn(routing, given)).toStrictEqual([action, suggested]);
  });

  it('suggests nothing unless somebody is asked to', () => {
    const decision = decide(
      snapshot({ routing: reviewsTo('claude-haiku-5-5') }),
      request({ operation: 'review' }),
      {
        nowMs: NOW_MS,
      },
    );
    expect(decision).not.toHaveProperty('suggestedModel');
  });
});

describe('routing rules in a ledger of pseudonyms', () => {
  it('keep no address', () => {
    const rules = [{ pattern: 'ask ann@example.com', operation: 'review', model: 'm', maxTokens: 1 }];
    const policy = { ...EMPTY_POLICY, routing: { rules, fallback: FALLBACK } };
    expect(hideNamesOfPolicy(policy, () => 'p-1').routing).toStrictEqual({
      rules: [{ pattern: 'ask p-1', operation: 'review', model: 'm', maxTokens: 1 }],
      fallback: FALLBACK,
    });
  });
});
