import { describe, expect, it } from 'vitest';
import {
  CAPABILITIES,
  CAPABILITY_SOURCES,
  type ModelCapability,
  tokensWith,
} from '../../../../shared/domain/policy/capabilities.ts';
import {
  type ChoiceQuestion,
  type Complexity,
  cheapestCapable,
  TASK_COMPLEXITY,
} from '../../../../shared/domain/policy/modelChoice.ts';
import { modelName } from '../../../../shared/domain/policy/modelFamily.ts';
import { selectModel } from '../../../../shared/domain/policy/querySelection.ts';
import { spellLike } from '../../../../shared/domain/policy/spelling.ts';
import { NO_TOKENS, type Tokens } from '../../../../shared/domain/tokens.ts';
import priceBook from '../../../../shared/pricing/priceBook.json' with { type: 'json' };

function row(model: string, rest: Partial<ModelCapability> = {}): ModelCapability {
  return {
    model,
    vendor: 'anthropic',
    bedrockId: `anthropic.${model}`,
    contextTokens: 1_000,
    maxOutputTokens: 100,
    strength: 2,
    canSee: true,
    canUseTools: true,
    countsMore: false,
    standing: 'current',
    source: 'anthropicModels',
    isVerified: true,
    ...rest,
  };
}

const TABLE = [
  row('strong', { strength: 3 }),
  row('usual'),
  row('blind', { canSee: false }),
  row('light', { strength: 1 }),
  row('dull', { strength: 1, canUseTools: false }),
];
const PRICES = new Map([
  ['strong', 30n],
  ['usual', 20n],
  ['blind', 15n],
  ['light', 10n],
  ['dull', 5n],
]);

function choose({
  need,
  ...rest
}: Partial<Omit<ChoiceQuestion, 'need'>> & { need?: Partial<ChoiceQuestion['need']> }) {
  const choice = cheapestCapable({
    need: { complexity: 'low', tokens: { ...NO_TOKENS, input: 500, output: 100 }, ...need },
    capabilities: TABLE,
    isAllowed: () => true,
    priceOf: (model) => PRICES.get(model),
    ...rest,
  });
  return choice.kind === 'chosen' ? choice.model : choice.reason;
}

describe('the cheapest capable model', () => {
  it.each<[Complexity, string]>([
    ['low', 'dull'],
    ['medium', 'blind'],
    ['high', 'strong'],
  ])('for %s complexity is %s', (complexity, model) => {
    expect(choose({ need: { complexity } })).toBe(model);
  });

  it('uses tools and sees where it must', () => {
    expect(choose({ need: { needsTools: true } })).toBe('light');
    expect(choose({ need: { complexity: 'medium', needsVision: true } })).toBe('usual');
  });

  it.each([
    [{ input: 900, output: 100 }, 'dull'],
    [{ input: 901, output: 100 }, 'none_is_capable'],
    [{ cacheRead: 800, cacheWrite5m: 100, cacheWrite1h: 1, output: 100 }, 'none_is_capable'],
    [{ input: 1, output: 99 }, 'dull'],
    [{ input: 1, output: 101 }, 'none_is_capable'],
  ])('holds %j: %s', (tokens, model) => {
    expect(choose({ need: { tokens: { ...NO_TOKENS, ...tokens } } })).toBe(model);
  });

  it.each<[bigint, string]>([
    [4n, 'none_is_within_budget'],
    [5n, 'dull'],
    [6n, 'dull'],
  ])('with a budget of %s is %s', (budgetPicoUsd, model) => {
    expect(choose({ budgetPicoUsd })).toBe(model);
  });

  it('is one that is allowed, asked from the cheapest on', () => {
    const asked: string[] = [];
    const isAllowed = (id: string) => asked.push(id) === 3;
    expect([choose({ isAllowed }), asked]).toStrictEqual(['blind', ['dull', 'light', 'blind']]);
    expect(choose({ isAllowed: () => false })).toBe('none_is_allowed');
  });

  it('has a price', () => {
    expect(choose({ priceOf: (model) => (model === 'usual' ? 20n : undefined) })).toBe('usual');
    expect(choose({ priceOf: () => undefined })).toBe('none_has_a_price');
  });

  it.each([
    [[row('b', { standing: 'legacy' }), row('c')], 'c'],
    [[row('b'), row('c', { strength: 3 })], 'c'],
    [[row('c'), row('b')], 'b'],
  ])('among several at one price depends on no order: %#', (capabilities, model) => {
    const ask = (table: readonly ModelCapability[]) => choose({ capabilities: table, priceOf: () => 1n });
    expect([ask(capabilities), ask(capabilities.toReversed())]).toStrictEqual([model, model]);
  });
});

describe('the tokens of a text', () => {
  const newer = row('newer', { countsMore: true });
  const older = row('older');
  const tokens = { input: 1, cacheRead: 10, cacheWrite5m: 11, cacheWrite1h: 0, output: 1_000 };
  const more = { input: 2, cacheRead: 13, cacheWrite5m: 15, cacheWrite1h: 0, output: 1_300 };

  it.each([
    ['older to newer', newer, older, more],
    ['unknown to newer', newer, undefined, more],
    ['newer to newer', newer, newer, tokens],
    ['newer to older', older, newer, tokens],
    ['older to older', older, older, tokens],
  ])('from %s are counted anew, upwards only', (_, by, countedBy, counted) => {
    expect(tokensWith(by, tokens, countedBy)).toStrictEqual(counted);
  });

  // 690 and 70 tokens are 897 and 91 for a model that counts more: 988 together.
  it.each([
    [987, 'none_is_capable'],
    [988, 'newer'],
    [989, 'newer'],
  ])('must fit into a window of %i as the model itself counts them: %s', (contextTokens, expected) => {
    const need = { tokens: { ...NO_TOKENS, input: 690, output: 70 }, countedBy: older };
    const capabilities = [row('newer', { countsMore: true, contextTokens })];
    expect(choose({ need, capabilities, priceOf: () => 1n })).toBe(expected);
  });

  // 500 and 100 tokens are 650 and 130: 780 together.
  it.each([
    [older, 779n, 'none_is_within_budget'],
    [older, 780n, 'newer'],
    [newer, 600n, 'newer'],
  ])('are priced as the model itself counts them: %#', (countedBy, budgetPicoUsd, expected) => {
    const priceOf = (_: string, { input, output }: Tokens) => BigInt(input + output);
    const capabilities = [row('newer', { countsMore: true, maxOutputTokens: 200 })];
    expect(choose({ need: { countedBy }, capabilities, priceOf, budgetPicoUsd })).toBe(expected);
  });
});

describe('the capability table', () => {
  it('names each model once, as every spelling of it is read', () => {
    expect(new Set(CAPABILITIES.map(({ model }) => model)).size).toBe(CAPABILITIES.length);
    for (const { model, bedrockId } of CAPABILITIES)
      expect([modelName(model), modelName(bedrockId)]).toStrictEqual([model, model]);
  });

  it('has Bedrock ids that the price book knows', () => {
    const known = new Set(priceBook.models.flatMap(({ bedrockIds }) => bedrockIds));
    expect(CAPABILITIES.filter(({ bedrockId }) => !known.has(bedrockId))).toStrictEqual([]);
  });

  it.each([
    ['claude-opus-4-6', 1_000_000, 128_000],
    ['claude-opus-4-5', 200_000, 64_000],
    ['claude-sonnet-4-6', 1_000_000, 128_000],
    ['claude-haiku-4-5', 200_000, 64_000],
    ['claude-haiku-5-5', 1_000_000, 128_000],
    ['nova-pro', 300_000, 5_000],
    ['nova-micro', 128_000, 5_000],
  ])('has for %s a window of %i and answers of %i', (model, contextTokens, maxOutputTokens) => {
    expect(CAPABILITIES.find((one) => one.model === model)).toMatchObject({ contextTokens, maxOutputTokens });
  });

  it('has no model that its vendor is about to retire', () => {
    const models = CAPABILITIES.map(({ model }) => model);
    expect(models).not.toContain('claude-sonnet-4-5');
    expect(models).not.toContain('nova-premier');
  });

  it('has room for an answer in every window, and a dated source', () => {
    for (const { contextTokens, maxOutputTokens, source } of CAPABILITIES) {
      expect(maxOutputTokens).toBeLessThan(contextTokens);
      expect(CAPABILITY_SOURCES[source].checked).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    }
  });

  it('covers the tasks of seed 003', () => {
    expect(Object.fromEntries(TASK_COMPLEXITY)).toStrictEqual({
      complex_code: 'high',
      architecture: 'high',
      analysis: 'high',
      general_code: 'medium',
      refactoring: 'medium',
      testing: 'medium',
      simple_code: 'low',
      formatting: 'low',
      comments: 'low',
    });
  });
});

describe('the selection of seed 004', () => {
  // Pico-USD: 0.01 USD is 10,000,000,000 and 0.05 USD is 50,000,000,000.
  it.each<[Complexity, string, bigint, string]>([
    ['low', 'free', 0n, 'claude-haiku-5-5'],
    ['high', 'enterprise', 9_999_999_999n, 'claude-haiku-5-5'],
    ['high', 'enterprise', 10_000_000_000n, 'claude-sonnet-5-5'],
    ['high', 'enterprise', 10_000_000_001n, 'claude-sonnet-5-5'],
    ['high', 'enterprise', 49_999_999_999n, 'claude-sonnet-5-5'],
    ['high', 'enterprise', 50_000_000_000n, 'claude-sonnet-5-5'],
    ['high', 'enterprise', 50_000_000_001n, 'claude-opus-5-5'],
    ['high', 'premium', 50_000_000_001n, 'claude-opus-5-5'],
    ['high', 'free', 50_000_000_001n, 'claude-sonnet-5-5'],
    ['medium', 'enterprise', 50_000_000_001n, 'claude-sonnet-5-5'],
    ['low', 'enterprise', 50_000_000_001n, 'claude-sonnet-5-5'],
    ['low', 'free', 10_000_000_000n, 'claude-sonnet-5-5'],
    ['medium', 'free', -1n, 'claude-haiku-5-5'],
  ])('for a question of %s complexity, tier %s, %s left: %s', (complexity, tier, budgetPicoUsd, model) => {
    expect(selectModel({ complexity, tier, budgetPicoUsd })).toBe(model);
  });
});

describe('a model spelt like another', () => {
  const haiku = row('claude-haiku-4-5', { bedrockId: 'anthropic.claude-haiku-4-5-20251001-v1:0' });

  it.each([
    ['claude-opus-5-5', 'claude-haiku-4-5'],
    ['anthropic/claude-opus-5-5', 'anthropic/claude-haiku-4-5'],
    ['anthropic.claude-opus-5-5', 'anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['us.anthropic.claude-opus-5-5', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['bedrock/eu.anthropic.claude-opus-5-5', 'bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0'],
    [
      'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-opus-4-5-20251101-v1:0',
      'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    ],
    ['opus', 'claude-haiku-4-5'],
  ])('%s: %s', (asked, spelt) => {
    expect(spellLike(asked, haiku)).toBe(spelt);
  });
});
