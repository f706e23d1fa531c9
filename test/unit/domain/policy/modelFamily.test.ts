import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesModel, modelFamily, modelName } from '../../../../shared/domain/policy/modelFamily.ts';
import priceBook from '../../../../shared/pricing/priceBook.json' with { type: 'json' };

const PROFILE =
  'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-opus-4-5-20251101-v1:0';

describe('the family of a model', () => {
  it.each([
    ['claude-opus-5-5', 'opus', 'claude-opus-5-5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'sonnet', 'claude-sonnet-4-5'],
    ['global.anthropic.claude-haiku-5-5', 'haiku', 'claude-haiku-5-5'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'sonnet', 'claude-3-5-sonnet'],
    ['claude-3-opus', 'opus', 'claude-3-opus'],
    ['claude-instant', 'instant', 'claude-instant'],
    ['claude-instant-v1', 'instant', 'claude-instant'],
    ['claude-3-7-sonnet@20250219', 'sonnet', 'claude-3-7-sonnet'],
    ['anthropic/claude-opus-5', 'opus', 'claude-opus-5'],
    ['bedrock/us.anthropic.claude-opus-4-6-v1', 'opus', 'claude-opus-4-6'],
    ['CLAUDE-SONNET-5', 'sonnet', 'claude-sonnet-5'],
    [PROFILE, 'opus', 'claude-opus-4-5'],
    ['amazon.nova-pro-v1:0', 'nova-pro', 'nova-pro'],
    ['us.amazon.nova-2-lite-v1:0', 'nova-lite', 'nova-2-lite'],
    ['amazon.titan-embed-text-v2:0', 'titan-embed', 'titan-embed-text'],
    ['opus', 'opus', 'opus'],
    ['gpt-5.6', undefined, 'gpt-5.6'],
    ['my-opus-clone', undefined, 'my-opus-clone'],
    ['claude-octopus', undefined, 'claude-octopus'],
    ['claude', undefined, 'claude'],
    ['', undefined, ''],
  ])('of %s is %s', (modelId, family, name) => {
    expect([modelFamily(modelId), modelName(modelId)]).toStrictEqual([family, name]);
  });

  it('is known for every Claude and Nova model of the price book, by each of its ids', () => {
    const ids = priceBook.models.flatMap(({ model, bedrockIds, apiIds }) => [
      model,
      ...bedrockIds,
      ...apiIds,
    ]);
    expect(ids.length).toBeGreaterThan(60);
    expect(ids.filter((id) => modelFamily(id) === undefined)).toStrictEqual([]);
  });

  it('is the same whatever was asked before, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (modelId) => {
        expect(modelFamily(modelId)).toBe(modelFamily(modelId));
      }),
    );
  });
});

describe('a model pattern', () => {
  it.each([
    ['*', 'anything', true],
    ['opus', 'us.anthropic.claude-opus-5-5', true],
    ['opus', 'anthropic.claude-sonnet-5-5', false],
    ['claude-opus-4-5', 'us.anthropic.claude-opus-4-5-20251101-v1:0', true],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5', true],
    ['claude-opus-4', 'claude-opus-4-5', false],
    ['gpt-5.6', 'gpt-5.6', true],
    ['op', 'claude-opus-5', false],
    ['', 'claude-opus-5', false],
  ])('%s means %s: %s', (pattern, modelId, isMeant) => {
    expect(matchesModel(pattern, modelId)).toBe(isMeant);
  });
});
