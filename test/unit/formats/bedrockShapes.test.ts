import { describe, expect, it } from 'vitest';
import type { Tokens } from '../../../shared/domain/tokens.ts';
import type { Usage } from '../../../shared/domain/usage.ts';
import { readPayload } from '../../../shared/formats/envelope.ts';
import {
  BEDROCK_SHAPES,
  type BedrockShape,
  bedrockShape,
  recordedDelivery,
} from '../../fixtures/bedrockShapes.ts';
import { decodeOne, usageOf } from '../../fixtures/decoding.ts';

/** Tokens by class: input, cache read, 5-minute write, 1-hour write, output. */
function tokens(
  input: number,
  cacheRead: number,
  cacheWrite5m: number,
  cacheWrite1h: number,
  output: number,
): Tokens {
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output };
}

const SONNET_PROFILE =
  'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0';
const HAIKU_PROFILE =
  'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0';

/** What each record states, read off it by hand. Everything else of a usage is in `USUAL`. */
const EXPECTED: Record<BedrockShape, Partial<Usage>> = {
  converseGuardrailPassed: {
    requestId: '5c0d1f6e-2b7a-4f39-9d51-0a4c8e7b6d11',
    startedAt: '2026-11-20T08:15:00.000Z',
    modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    region: 'eu-west-1',
    tokens: tokens(24, 0, 0, 0, 17),
    user: 'mira.holt',
  },
  converseRequestMetadata: {
    requestId: '9b1e44d0-7c52-4a8e-8f03-3d6b2a1c5e72',
    startedAt: '2026-11-20T23:00:17.000Z',
    modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    region: 'eu-west-1',
    tokens: tokens(33, 0, 0, 0, 412),
    user: 'gateway-eu-west-1',
  },
  converseStreamProfileArn: {
    requestId: 'e2a7c9d4-1f63-4b58-a0e9-7c5d3b1f8264',
    startedAt: '2026-11-20T21:12:39.000Z',
    modelId: HAIKU_PROFILE,
    tokens: tokens(58, 0, 0, 0, 31),
    user: 'jonas.weber',
  },
  converseStreamZeroCache: {
    requestId: 'c81f5b2a-64de-4c07-b93f-51a0e6d7f348',
    startedAt: '2026-11-21T00:38:02.000Z',
    modelId: 'amazon.nova-lite-v1:0',
    tokens: tokens(5, 0, 0, 0, 40),
    user: 'priya.nair',
  },
  invokeBlockedNoCounts: {
    requestId: '1d7e93b5-0a42-4fc6-85d8-e6b4f2c3a907',
    startedAt: '2026-11-21T15:29:08.000Z',
    modelId: SONNET_PROFILE,
    tokens: tokens(0, 0, 0, 0, 0),
    hasTokenCounts: false,
    status: 'blocked',
    user: 'quiz-grader',
  },
  invokeGuardrailPassed: {
    requestId: '7a3c5e91-d8f0-4126-b4a7-2e9f1c6d0b85',
    startedAt: '2026-11-21T14:39:40.000Z',
    modelId: SONNET_PROFILE,
    tokens: tokens(203, 0, 0, 0, 118),
    user: 'quiz-grader',
  },
  invokeInferenceRegion: {
    requestId: 'b64f2d18-93ac-4e75-8c1b-f05d7a3e9c26',
    startedAt: '2026-11-22T14:41:03.000Z',
    modelId: SONNET_PROFILE,
    // It ran in us-west-2; what was called, and is priced, is us-east-1.
    region: 'us-east-1',
    tokens: tokens(207, 0, 0, 0, 104),
    user: 'quiz-grader',
  },
  invokeCacheCountsAtTopLevel: {
    requestId: 'gateway-request-31',
    startedAt: '2026-11-22T10:30:00.123Z',
    modelId: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
    tokens: tokens(27, 900, 60, 0, 140),
    isEstimated: true,
    user: 'lena.fischer@example.com',
  },
  streamBlockedZeroCounts: {
    requestId: '48c6f0e3-b17d-49a2-9e54-d3a8c5b72f61',
    startedAt: '2026-11-22T20:21:37.000Z',
    modelId: 'anthropic.claude-3-sonnet-20240229-v1:0',
    tokens: tokens(0, 0, 0, 0, 0),
    status: 'blocked',
    user: 'omar.haddad@example.com',
  },
  streamCacheSplit: {
    requestId: 'f39d6a52-c704-4b8e-91e3-6a5f0d2b8c47',
    startedAt: '2026-11-22T09:05:44.000Z',
    modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    region: 'eu-west-1',
    tokens: tokens(14, 5_000, 300, 1_200, 85),
    user: 'ada.lind@example.com',
    team: 'chess',
    project: 'minutes',
    operation: 'lookup',
    entrypoint: 'chat',
  },
  converseTwinCounts: {
    requestId: '06b8e1f7-5d29-4c3a-a8f6-94e7d0c1b532',
    startedAt: '2026-11-22T11:47:20.000Z',
    modelId: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    region: 'eu-west-1',
    // 640 and 160 stand there twice, under their old and new names.
    tokens: tokens(9, 640, 160, 0, 21),
    isEstimated: true,
  },
  bodiesInS3: {
    requestId: 'd5a09c4e-8b36-4f71-b2e8-1c7f3d6a9e50',
    startedAt: '2026-11-22T07:02:51.000Z',
    modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    region: 'eu-west-1',
    tokens: tokens(41_000, 12_000, 2_500, 0, 3_900),
    isEstimated: true,
    user: 'sofia.marin@example.com',
  },
};

const USUAL = {
  source: 'bedrock',
  region: 'us-east-1',
  isEstimated: false,
  hasTokenCounts: true,
  status: 'ok',
  serviceTier: 'standard',
  operation: '-',
};

describe('every shape of a Bedrock record', () => {
  it.each(BEDROCK_SHAPES)('%s gives the usage that it states and nothing else', (name) => {
    expect(usageOf(bedrockShape(name))).toStrictEqual({ ...USUAL, ...EXPECTED[name] });
  });

  it.each(BEDROCK_SHAPES)('%s reads the same with its keys in another order and with spaces', (name) => {
    const reversed = Object.fromEntries(Object.entries(bedrockShape(name)).reverse());
    const decoded = decodeOne(` ${JSON.stringify(reversed, null, 2)}\n`);
    expect(decoded).toStrictEqual({ kind: 'usage', usage: usageOf(bedrockShape(name)) });
  });

  it.each(BEDROCK_SHAPES)('%s has no value that is undefined', (name) => {
    expect(Object.values(usageOf(bedrockShape(name)))).not.toContain(undefined);
  });

  it('comes out of the recorded delivery', () => {
    const payload = readPayload(recordedDelivery('ingestLogs').awslogs.data);
    const events = payload.kind === 'data' ? payload.events : [];
    expect(events.map(({ message }) => decodeOne(message))).toStrictEqual([
      { kind: 'usage', usage: usageOf(bedrockShape('bodiesInS3')) },
      { kind: 'usage', usage: usageOf(bedrockShape('streamCacheSplit')) },
    ]);
  });
});
