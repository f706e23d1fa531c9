import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../../../shared/domain/policy/capabilities.ts';
import type { DecisionRequest, Estimate } from '../../../../shared/domain/policy/decision.ts';
import { makeSuggest, type SuggestParts } from '../../../../shared/domain/policy/makeSuggest.ts';
import type { PriceOf } from '../../../../shared/domain/policy/modelChoice.ts';
import { NO_TOKENS } from '../../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../../shared/pricing/priceBook.ts';
import { priceUsage } from '../../../../shared/pricing/priceUsage.ts';

const priceOf: PriceOf = (modelId, tokens) => {
  const price = priceUsage(bundledPriceBook(), {
    modelId,
    tokens,
    startedAt: '2026-11-24T12:00:00.000Z',
    serviceTier: 'standard',
  });
  return price.kind === 'priced' ? price.totalPicoUsd : undefined;
};

const estimate: Estimate = { picoUsd: 40_000_000_000n, tokens: { input: 5_000, output: 1_000 } };

type Case = Readonly<{
  request?: Partial<DecisionRequest>;
  isAllowed?: (id: string) => boolean;
  parts?: Partial<SuggestParts>;
}>;

function suggest(model: string, { request = {}, isAllowed = () => true, parts = {} }: Case = {}) {
  const asked: (readonly [string, Estimate | undefined])[] = [];
  const suggested = makeSuggest({ priceOf, capabilities: CAPABILITIES, ...parts })(
    { user: 'mira', model, priority: 'normal', estimate, ...request },
    {
      remaining: {},
      isHeld: true,
      isAllowed(id, cost) {
        asked.push([id, cost]);
        return isAllowed(id);
      },
    },
  );
  return { suggested, asked };
}

describe('the model suggested', () => {
  it.each([
    ['claude-opus-5-5', 'claude-sonnet-5-5'],
    ['us.anthropic.claude-opus-4-6-v1', 'us.anthropic.claude-sonnet-5-5'],
    ['claude-sonnet-5-5', 'claude-haiku-5-5'],
    ['claude-fable-5-1', 'claude-opus-5-5'],
    ['claude-3-opus-20240229', 'claude-sonnet-5-5'],
    ['claude-haiku-4-5', 'claude-haiku-5-5'],
    ['claude-haiku-5-5', undefined],
    ['us.amazon.nova-pro-v1:0', 'us.amazon.nova-lite-v1:0'],
    ['amazon.nova-micro-v1:0', undefined],
    ['gpt-5.6', undefined],
    ['claude-opus-9', undefined],
  ])('instead of %s is %s', (asked, model) => {
    expect(suggest(asked).suggested).toBe(model);
  });

  it.each<[string, Estimate]>([
    // 5,000 tokens at 2 USD and 1,000 at 10 USD for a million are 0.02 USD.
    ['claude-opus-5-5', { picoUsd: 20_000_000_000n, tokens: { ...NO_TOKENS, input: 5_000, output: 1_000 } }],
    // Sonnet 5.5 counts 30% more in the same text than Opus 4.6: 6,500 and 1,300 tokens are 0.026 USD.
    ['claude-opus-4-6', { picoUsd: 26_000_000_000n, tokens: { ...NO_TOKENS, input: 6_500, output: 1_300 } }],
  ])('instead of %s is asked about with what it counts and costs itself', (model, counted) => {
    expect(suggest(model).asked).toStrictEqual([['claude-sonnet-5-5', counted]]);
  });

  it.each([
    [{ input: -5, output: 10 }, 10, 0],
    [{ input: 1.5 }, 0, 2],
    [{ input: Number.NaN, output: 5 }, 5, 0],
  ])('survives a broken count: %j', (tokens, output, input) => {
    const { suggested, asked } = suggest('claude-opus-5-5', {
      request: { estimate: { picoUsd: 1n, tokens } },
    });
    expect(suggested).toBe('claude-sonnet-5-5');
    expect(asked[0]?.[1]?.tokens).toStrictEqual({ ...NO_TOKENS, input, output });
  });

  it.each([[{ input: Number.POSITIVE_INFINITY }], [{ output: 1e18 }]])(
    'is none for a request that no model can hold: %j',
    (tokens) => {
      const request = { estimate: { picoUsd: 1n, tokens } };
      expect(suggest('claude-opus-5-5', { request }).suggested).toBeUndefined();
    },
  );

  it.each<[Partial<DecisionRequest>]>([[{ estimate: { picoUsd: 7n, tokens: {} } }]])(
    'of a request without a length is asked about as the request is',
    (request) => {
      expect(suggest('claude-opus-5-5', { request })).toStrictEqual({
        suggested: 'claude-sonnet-5-5',
        asked: [['claude-sonnet-5-5', undefined]],
      });
    },
  );

  it('is one step weaker before it is two', () => {
    const isAllowed = (id: string) => id.includes('haiku');
    expect(suggest('claude-opus-5-5', { isAllowed }).suggested).toBe('claude-haiku-5-5');
    expect(suggest('claude-opus-5-5', { isAllowed: (id) => id === 'claude-sonnet-4-6' }).suggested).toBe(
      'claude-sonnet-4-6',
    );
    expect(suggest('claude-opus-5-5', { isAllowed: () => false }).suggested).toBeUndefined();
  });

  it('can hold the request', () => {
    const tokens = (input: number) => ({ request: { estimate: { ...estimate, tokens: { input } } } });
    const isAllowed = (id: string) => id === 'claude-haiku-4-5';
    expect(suggest('claude-opus-5-5', { ...tokens(200_000), isAllowed }).suggested).toBe('claude-haiku-4-5');
    expect(suggest('claude-opus-5-5', { ...tokens(200_001), isAllowed }).suggested).toBeUndefined();
  });

  it('sees when the model asked for does', () => {
    const isAllowed = (id: string) => id === 'amazon.nova-micro-v1:0';
    expect(suggest('amazon.nova-lite-v1:0', { isAllowed }).suggested).toBeUndefined();
  });

  it('is no weaker than a request is said to need', () => {
    const complexityOf = () => 'high' as const;
    expect(suggest('claude-opus-5-5', { parts: { complexityOf } }).suggested).toBeUndefined();
    expect(suggest('claude-opus-5', { parts: { complexityOf } }).suggested).toBe('claude-opus-5-5');
  });
});
