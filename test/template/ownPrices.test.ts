import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PackagedStack } from '../../infra/checkTemplate.ts';
import { unzip } from '../bench/unzip.ts';
import {
  FUNCTIONS,
  logicalName,
  PACKAGING_TIMEOUT_MS,
  resourceOf,
  statementsWithin,
  withPackagedStack,
} from './packagedStack.ts';

const OVERLAY = 'test/fixtures/prices/own.yaml';
const PRICING = ['ingestLogs', 'quoteCosts', 'decisions'];

let stack: PackagedStack;
let filesByFunction: Map<string, string[]>;

beforeAll(async () => {
  const params = { priceOverlay: OVERLAY, resolveInferenceProfiles: 'true' };
  await withPackagedStack(params, (packaged) => {
    stack = packaged;
    const folder = dirname(packaged.templatePath);
    const filesOf = (name: string) =>
      unzip(readFileSync(join(folder, `${name}.zip`))).map(({ path }) => path);
    filesByFunction = new Map(FUNCTIONS.map((name) => [name, filesOf(name)]));
  });
}, PACKAGING_TIMEOUT_MS);

function environmentOf(name: string): unknown {
  return resourceOf(stack, `${logicalName(name)}LambdaFunction`).Properties.Environment;
}

function lookUpRights(name: string) {
  const { Policies } = resourceOf(stack, `${logicalName(name)}Role`).Properties;
  return statementsWithin(Policies).filter(({ Action }) => Action.some((one) => one.startsWith('bedrock:')));
}

describe('a file of own prices', () => {
  it.each(FUNCTIONS)('is in the zip and the environment of %s only if it prices', (name) => {
    expect(filesByFunction.get(name)?.includes(OVERLAY)).toBe(PRICING.includes(name));
    const found = JSON.stringify(environmentOf(name)).includes(`"PRICE_OVERLAY":"${OVERLAY}"`);
    expect(found).toBe(PRICING.includes(name));
  });

  it.each([
    [
      'that is wrong, with the place',
      'test/fixtures/prices/wrongCurrency.yaml',
      /names a file that is refused: .*wrongCurrency\.yaml:1:11: currency: prices are kept in USD/,
    ],
    ['that is missing', 'test/fixtures/prices/none.yaml', /is "[^"]+", and there is no such file\.$/],
    ['above the service', '../own.yaml', /no plain path below the folder of serverless\.yml/],
    ['with an absolute path', '/own.yaml', /no plain path below the folder of serverless\.yml/],
    ['with a sign of a pattern', 'test/fixtures/prices/*.yaml', /use letters, digits, and/],
  ])(
    'is refused before it is deployed when it is one %s',
    async (_what, priceOverlay, reason) => {
      await expect(withPackagedStack({ priceOverlay }, () => undefined)).rejects.toThrow(reason);
    },
    PACKAGING_TIMEOUT_MS,
  );
});

describe('resolveInferenceProfiles', () => {
  it("lets ingestLogs look up this account's and region's application inference profiles, and no more", () => {
    expect(lookUpRights('ingestLogs')).toEqual([
      {
        Effect: 'Allow',
        Action: ['bedrock:GetInferenceProfile'],
        Resource: {
          'Fn::Sub':
            'arn:$' +
            '{AWS::Partition}:bedrock:$' +
            '{AWS::Region}:$' +
            '{AWS::AccountId}:application-inference-profile/*',
        },
      },
    ]);
    expect(environmentOf('ingestLogs')).toMatchObject({ Variables: { RESOLVE_INFERENCE_PROFILES: 'true' } });
  });

  it.each(FUNCTIONS.filter((name) => name !== 'ingestLogs'))('gives %s no such right', (name) => {
    expect(lookUpRights(name)).toEqual([]);
  });

  it(
    'is refused when it is neither true nor false',
    async () => {
      const packaging = withPackagedStack({ resolveInferenceProfiles: 'yes' }, () => undefined);
      await expect(packaging).rejects.toThrow(
        'The parameter resolveInferenceProfiles is neither true nor false.',
      );
    },
    PACKAGING_TIMEOUT_MS,
  );
});
