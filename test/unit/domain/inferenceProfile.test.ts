import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applicationProfileRegion, modelOfProfile } from '../../../shared/domain/inferenceProfile.ts';
import { identifyModel } from '../../../shared/pricing/modelIdentity.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';

const MODEL = 'anthropic.claude-sonnet-5-5';

function arnsIn(...regions: string[]): string[] {
  return regions.map((region) => `arn:aws:bedrock:${region}::foundation-model/${MODEL}`);
}

describe('an application inference profile', () => {
  it.each([
    ['arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3', 'eu-west-1'],
    ['arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:application-inference-profile/x', 'us-gov-west-1'],
    ['arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-5-5', undefined],
    ['arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5-5', undefined],
    ['arn:aws:bedrock:eu-west-1:11112222333:application-inference-profile/a1b2c3', undefined],
    ['arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/', undefined],
    ['arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a/../b', undefined],
    ['application-inference-profile/a1b2c3', undefined],
    ['', undefined],
  ])('is told by its ARN: %s', (id, region) => {
    expect(applicationProfileRegion(id)).toBe(region);
  });
});

describe('the model of a profile', () => {
  it.each([
    ['one region', arnsIn('eu-west-1'), arnsIn('eu-west-1')[0]],
    ['regions of the US', arnsIn('us-east-1', 'us-east-2', 'us-west-2'), `us.${MODEL}`],
    ['regions of Europe', arnsIn('eu-west-1', 'eu-north-1'), `eu.${MODEL}`],
    ['regions of Asia and Pacific', arnsIn('ap-northeast-1', 'ap-southeast-2'), `apac.${MODEL}`],
    ['regions of Canada', arnsIn('ca-central-1', 'ca-west-1'), `ca.${MODEL}`],
    ['regions of GovCloud', arnsIn('us-gov-west-1', 'us-gov-east-1'), `us-gov.${MODEL}`],
    ['no region, which is global', arnsIn('', 'eu-west-1'), `global.${MODEL}`],
    ['regions of two geographies', arnsIn('us-east-1', 'eu-west-1'), undefined],
    ['GovCloud and the US', arnsIn('us-gov-west-1', 'us-west-1'), undefined],
    ['regions of an unknown geography', arnsIn('sa-east-1', 'sa-west-1'), undefined],
    ['two models', [...arnsIn('us-east-1'), 'arn:aws:bedrock:us-east-1::foundation-model/other'], undefined],
    ['a provisioned model', ['arn:aws:bedrock:us-east-1:111122223333:provisioned-model/x'], undefined],
    ['no model', [], undefined],
  ])('follows from its foundation models: %s', (_what, arns, model) => {
    expect(modelOfProfile(arns)).toBe(model);
  });

  it.each([
    [arnsIn('eu-west-1'), 'inRegion'],
    [arnsIn('us-east-1', 'us-west-2'), 'geo'],
    [arnsIn('', 'us-east-1'), 'global'],
  ])('has the price of its endpoint: %j', (arns, scope) => {
    const identity = identifyModel(bundledPriceBook(), modelOfProfile(arns) ?? '');
    expect(identity).toMatchObject({ isKnown: true, model: 'claude-sonnet-5-5', scope });
  });

  it('is a text or nothing, whatever Bedrock answers', () => {
    const anyArn = fc.oneof(fc.string(), fc.constantFrom(...arnsIn('', 'us-east-1', 'eu-west-1', 'me-1')));
    fc.assert(
      fc.property(fc.array(anyArn, { maxLength: 6 }), (arns) => {
        expect(['string', 'undefined']).toContain(typeof modelOfProfile(arns));
      }),
    );
  });
});
