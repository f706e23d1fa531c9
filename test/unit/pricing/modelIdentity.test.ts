import { describe, expect, it } from 'vitest';
import { identifyModel, MAX_MEMO_ENTRIES } from '../../../shared/pricing/modelIdentity.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';

const BOOK = bundledPriceBook();
const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const ARN = 'arn:aws:bedrock:us-east-1:111122223333';

describe('identifyModel', () => {
  it.each([
    [HAIKU, 'inRegion'],
    [`us.${HAIKU}`, 'geo'],
    [`eu.${HAIKU}`, 'geo'],
    [`apac.${HAIKU}`, 'geo'],
    [`jp.${HAIKU}`, 'geo'],
    [`au.${HAIKU}`, 'geo'],
    [`ca.${HAIKU}`, 'geo'],
    [`global.${HAIKU}`, 'global'],
    [`us-gov.${HAIKU}`, 'gov'],
    [`${ARN}:inference-profile/us.${HAIKU}`, 'geo'],
    [`${ARN}:inference-profile/global.${HAIKU}`, 'global'],
    [`arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:inference-profile/us-gov.${HAIKU}`, 'gov'],
    [`arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`, 'inRegion'],
    [`arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/${HAIKU}`, 'gov'],
    ['claude-haiku-4-5', 'api'],
    ['claude-haiku-4-5-20251001', 'api'],
  ])('knows %s as Haiku 4.5 through %s', (modelId, scope) => {
    expect(identifyModel(BOOK, modelId, 'us-east-1')).toMatchObject({
      isKnown: true,
      model: 'claude-haiku-4-5',
      scope,
    });
  });

  it.each([
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'claude-3-5-sonnet'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
    ['anthropic.claude-3-sonnet-20240229-v1:0', 'claude-3-sonnet'],
    ['amazon.nova-lite-v1:0', 'amazon.nova-lite-v1'],
    ['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v1'],
  ])('knows %s as %s', (modelId, model) => {
    expect(identifyModel(BOOK, modelId)).toMatchObject({ isKnown: true, model });
  });

  it.each([
    // Nothing is guessed from a family, a generation, a shortened or a lengthened id.
    ['anthropic.claude-haiku-4-5', 'anthropic.claude-haiku-4-5', 'inRegion'],
    [`${HAIKU}:flex`, `${HAIKU}:flex`, 'inRegion'],
    [HAIKU.toUpperCase(), HAIKU.toUpperCase(), 'inRegion'],
    ['us.anthropic.claude-opus-6', 'anthropic.claude-opus-6', 'geo'],
    [`${ARN}:inference-profile/eu.anthropic.claude-opus-6`, 'anthropic.claude-opus-6', 'geo'],
    ['claude-opus-6', 'claude-opus-6', 'api'],
    ['claude-haiku', 'claude-haiku', 'api'],
    // A vendor's id is none of Bedrock's, and a prefix that Bedrock does not have is part of the id.
    ['us.claude-haiku-4-5', 'claude-haiku-4-5', 'geo'],
    [`${ARN}:foundation-model/claude-haiku-4-5`, 'claude-haiku-4-5', 'inRegion'],
    [`mars.${HAIKU}`, `mars.${HAIKU}`, 'inRegion'],
    [`us.us.${HAIKU}`, `us.${HAIKU}`, 'geo'],
    // These ARNs hide their model; the account id never becomes a part of a model's name.
    [`${ARN}:application-inference-profile/a1b2c3`, 'application-inference-profile/a1b2c3', 'inRegion'],
    [`${ARN}:provisioned-model/p0q1r2`, 'provisioned-model/p0q1r2', 'inRegion'],
    [`${ARN}:imported-model/us.${HAIKU}`, `imported-model/us.${HAIKU}`, 'inRegion'],
    ['meta.llama4', 'meta.llama4', 'inRegion'],
    ['.', '.', 'inRegion'],
    ['', '', 'inRegion'],
  ])('does not know %s and calls it %s', (modelId, model, scope) => {
    expect(identifyModel(BOOK, modelId, 'us-east-1')).toEqual({ isKnown: false, model, scope });
  });

  it('takes the region inside an ARN before the one that was logged', () => {
    const modelId = `arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model/${HAIKU}`;
    expect(identifyModel(BOOK, modelId, 'us-east-1').scope).toBe('gov');
  });

  it('tells calls of one id in different regions apart', () => {
    expect(identifyModel(BOOK, HAIKU, 'us-gov-west-1').scope).toBe('gov');
    expect(identifyModel(BOOK, HAIKU, 'us-west-2').scope).toBe('inRegion');
    expect(identifyModel(BOOK, HAIKU).scope).toBe('inRegion');
  });

  it('answers from memory, and forgets rather than grow without bound', () => {
    const memo = BOOK.identities.eu;
    const first = identifyModel(BOOK, HAIKU, 'eu-west-1');
    expect(identifyModel(BOOK, HAIKU, 'eu-central-1')).toBe(first);
    for (let index = memo.size; index < MAX_MEMO_ENTRIES; index += 1) {
      identifyModel(BOOK, `unknown-${index}`, 'eu-west-1');
    }
    expect(memo.size).toBe(MAX_MEMO_ENTRIES);
    identifyModel(BOOK, 'one-too-many', 'eu-west-1');
    expect(memo.size).toBe(1);
    expect(identifyModel(BOOK, HAIKU, 'eu-west-1')).toEqual(first);
  });

  it('does not keep an id too long to be one', () => {
    const before = BOOK.identities.apac.size;
    expect(identifyModel(BOOK, 'x'.repeat(257), 'ap-south-1').isKnown).toBe(false);
    expect(BOOK.identities.apac.size).toBe(before);
    identifyModel(BOOK, 'x'.repeat(256), 'ap-south-1');
    expect(BOOK.identities.apac.size).toBe(before + 1);
  });
});
