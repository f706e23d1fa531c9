import { describe, expect, it } from 'vitest';
import { bedrockShape, type JsonObject } from '../../fixtures/bedrockShapes.ts';
import { bedrockRecord, decode, usageOf } from '../../fixtures/decoding.ts';

const INTERVENED = { 'amazon-bedrock-guardrailAction': 'INTERVENED' };

describe('the status of a request', () => {
  it.each<[string, JsonObject, string]>([
    ['no word of a failure', {}, 'ok'],
    ['an error code that is null', { errorCode: null }, 'ok'],
    ['a status of 200', { status: 200 }, 'ok'],
    ['ThrottlingException', { errorCode: 'ThrottlingException' }, 'throttled'],
    ['TooManyRequestsException', { errorCode: 'TooManyRequestsException' }, 'throttled'],
    ['throttlingError in small letters', { errorCode: 'throttlingError' }, 'throttled'],
    ['a status of 429 as a number', { status: 429 }, 'throttled'],
    ['a status of 429 as text', { status: '429', errorCode: 'SlowDown' }, 'throttled'],
    ['InternalServerException', { errorCode: 'InternalServerException' }, 'error'],
    ['AccessDeniedException', { errorCode: 'AccessDeniedException', status: '403' }, 'error'],
    [
      'an error that a guardrail had a part in',
      { errorCode: 'ModelErrorException', output: { outputBodyJson: INTERVENED } },
      'error',
    ],
  ])('%s', (_what, fields, status) => {
    expect(usageOf(bedrockRecord(fields)).status).toBe(status);
  });

  it.each<[string, unknown]>([
    ['in an object', INTERVENED],
    ['as the stop reason of Converse', { stopReason: 'guardrail_intervened' }],
    ['as the stop reason of Anthropic', { stop_reason: 'guardrail_intervened' }],
    [
      'in a chunk of a stream',
      [{ type: 'message_start' }, { type: 'content_block_delta', ...INTERVENED }, '[DONE]'],
    ],
  ])('is blocked where a guardrail says so %s', (_where, outputBodyJson) => {
    expect(usageOf(bedrockRecord({ output: { outputBodyJson } })).status).toBe('blocked');
    expect(usageOf(bedrockRecord({ output: { outputBodyJson, outputTokenCount: 0 } })).status).toBe(
      'blocked',
    );
  });

  it('is blocked where only the prompt was counted', () => {
    const fields = { input: { inputTokenCount: 20 }, output: { outputBodyJson: INTERVENED } };
    expect(usageOf(bedrockRecord(fields))).toMatchObject({ status: 'blocked', hasTokenCounts: true });
  });

  it('is ok where the body alone says that the model answered', () => {
    const outputBodyJson = { ...INTERVENED, usage: { input_tokens: 20, output_tokens: 1 } };
    expect(usageOf(bedrockRecord({ output: { outputBodyJson } })).status).toBe('ok');
  });

  it('is ok where a guardrail changed an answer that the model gave', () => {
    const output = { outputBodyJson: INTERVENED, outputTokenCount: 1 };
    expect(usageOf(bedrockRecord({ input: { inputTokenCount: 20 }, output })).status).toBe('ok');
  });

  it.each<[string, unknown]>([
    ['a guardrail that found nothing', { 'amazon-bedrock-guardrailAction': 'NONE' }],
    ['a model that ended by itself', { stop_reason: 'end_turn' }],
    ['a prompt that speaks of guardrails', { content: [{ text: 'guardrail_intervened' }] }],
    ['a body that is text', 'INTERVENED'],
  ])('is ok with %s', (_what, outputBodyJson) => {
    expect(usageOf(bedrockRecord({ output: { outputBodyJson } })).status).toBe('ok');
  });
});

describe('a failed request', () => {
  it('keeps its code, and has no token counts', () => {
    const usage = usageOf(bedrockRecord({ errorCode: 'ThrottlingException' }));
    expect(usage).toMatchObject({ errorCode: 'ThrottlingException', hasTokenCounts: false });
  });

  it('keeps whatever tokens it reports: they are billed', () => {
    const fields = {
      errorCode: 'ModelStreamErrorException',
      input: { inputTokenCount: 30 },
      output: { outputTokenCount: 4 },
    };
    expect(usageOf(bedrockRecord(fields))).toMatchObject({
      status: 'error',
      hasTokenCounts: true,
      tokens: { input: 30, output: 4 },
    });
  });

  it('is one without an error code where the code is empty: that says nothing', () => {
    const usage = usageOf({ ...bedrockShape('converseStreamZeroCache'), errorCode: '' });
    expect(usage.status).toBe('ok');
    expect(usage).not.toHaveProperty('errorCode');
  });
});

describe('a field of another type', () => {
  it.each<[string, JsonObject]>([
    ['timestamp', { timestamp: 1_795_341_600_000 }],
    ['requestId', { requestId: 7 }],
    ['modelId', { modelId: null }],
    ['region', { region: ['eu-west-1'] }],
    ['identity', { identity: 'arn:aws:iam::111122223333:user/mira' }],
    ['identity.arn', { identity: { arn: 7 } }],
    ['input', { input: 'tokens' }],
    ['output', { output: [] }],
    ['errorCode', { errorCode: 500 }],
    ['status', { status: {} }],
    ['usage.cache_creation', { output: { outputBodyJson: { usage: { cache_creation: 5 } } } }],
  ])('%s goes to quarantine with its place', (place, fields) => {
    const decoded = decode(bedrockRecord(fields));
    expect(decoded).toMatchObject({ kind: 'quarantined', reason: 'bad_field' });
    const detail = decoded.kind === 'quarantined' ? decoded.detail : '';
    expect(detail.startsWith(`${place}: `) && detail.length > place.length + 2, detail).toBe(true);
  });

  it.each(['timestamp', 'requestId', 'modelId'])('%s must be there', (field) => {
    const decoded = decode(bedrockRecord({ [field]: undefined }));
    expect(decoded).toMatchObject({ reason: 'bad_field', detail: expect.stringContaining(`${field}: `) });
  });

  it.each([
    ['2025-04-99T23:00:17Z', 'bad_timestamp'],
    ['2026-02-29T10:00:00Z', 'bad_timestamp'],
    ['2019-06-01T00:00:00Z', 'bad_timestamp'],
    ['2026-11-24T12:00:00.001Z', 'future_date'],
  ])('a timestamp of %s is %s', (timestamp, reason) => {
    expect(decode(bedrockRecord({ timestamp }))).toMatchObject({ kind: 'quarantined', reason });
  });
});
