import { describe, expect, it } from 'vitest';
import { bedrockLine } from '../../../infra/local/sample/bedrockLine.ts';
import { callFixedModel } from '../../../infra/local/sample/models.ts';
import { makeCompany, type Person } from '../../../infra/local/sample/people.ts';
import type { Operation, SampleRequest } from '../../../infra/local/sample/request.ts';
import { readRecord } from './readSample.ts';

const DAY = '2026-11-22';
const OPERATIONS: Operation[] = [
  'Converse',
  'ConverseStream',
  'InvokeModel',
  'InvokeModelWithResponseStream',
];
const { users } = makeCompany({ seed: 'demo', people: 25, teams: 4 });

function person(how: Person['how']): Person {
  const found = users.find((candidate) => candidate.how === how);
  if (found === undefined) throw new Error(`nobody is found by ${how}`);
  return found;
}

const REQUEST: SampleRequest = {
  requestId: '0b9b7c1e-6f43-4d0c-8d8a-2f9c1c3d5e7f',
  atMs: Date.parse(`${DAY}T10:15:30.250Z`),
  person: person('metadata'),
  project: 'platform-api',
  entrypoint: 'chat',
  model: callFixedModel('sonnet', DAY),
  operation: 'Converse',
  tokens: { input: 120, cacheRead: 30_000, cacheWrite5m: 2_000, cacheWrite1h: 500, output: 700 },
  outcome: 'ok',
  body: 'inline',
  isPartial: false,
  variant: 1,
};

function record(change: Partial<SampleRequest>) {
  const read = readRecord(bedrockLine({ ...REQUEST, ...change }), DAY);
  if (read === undefined) throw new Error('the line is no sound record');
  return read;
}

function keys(change: Partial<SampleRequest>): string[] {
  return Object.keys(JSON.parse(bedrockLine({ ...REQUEST, ...change })));
}

describe('bedrockLine', () => {
  it.each(OPERATIONS)('states the counts of a %s wherever its body is', (operation) => {
    for (const body of ['inline', 's3', 'off'] as const) {
      const { input, output } = record({ operation, body });
      expect(input).toMatchObject({
        inputTokenCount: 120,
        cacheReadInputTokenCount: 30_000,
        cacheWriteInputTokenCount: 2_500,
      });
      expect(output?.outputTokenCount).toBe(700);
      expect('inputBodyJson' in input).toBe(body === 'inline');
      expect('outputBodyJson' in (output ?? {})).toBe(body === 'inline');
      expect('outputBodyS3Path' in (output ?? {})).toBe(body === 's3');
    }
  });

  it('writes a Converse body with its usage, cache tokens apart from input tokens', () => {
    expect(record({ operation: 'ConverseStream' }).output?.outputBodyJson).toMatchObject({
      stopReason: 'end_turn',
      usage: {
        inputTokens: 120,
        outputTokens: 700,
        totalTokens: 33_320,
        cacheReadInputTokens: 30_000,
        cacheWriteInputTokens: 2_500,
      },
    });
  });

  it('writes an InvokeModel body that splits cache writes by lifetime', () => {
    expect(record({ operation: 'InvokeModel' }).output?.outputBodyJson).toMatchObject({
      type: 'message',
      model: 'claude-sonnet-5-5',
      usage: {
        input_tokens: 120,
        cache_read_input_tokens: 30_000,
        cache_creation_input_tokens: 2_500,
        cache_creation: { ephemeral_5m_input_tokens: 2_000, ephemeral_1h_input_tokens: 500 },
        output_tokens: 700,
      },
    });
  });

  it('writes a stream as its chunks, with few output tokens first and the final count last', () => {
    const chunks = record({ operation: 'InvokeModelWithResponseStream' }).output?.outputBodyJson;
    expect(chunks).toMatchObject([
      {
        type: 'message_start',
        message: { usage: { cache_creation: { ephemeral_1h_input_tokens: 500 }, output_tokens: 1 } },
      },
      { type: 'content_block_start' },
      { type: 'content_block_delta' },
      { type: 'content_block_delta' },
      { type: 'content_block_stop' },
      { type: 'message_delta', usage: { output_tokens: 700 } },
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { outputTokenCount: 700 } },
    ]);
  });

  it('ends a partial stream before its last chunks', () => {
    const partial = record({ operation: 'InvokeModelWithResponseStream', isPartial: true });
    expect(JSON.stringify(partial.output?.outputBodyJson)).not.toMatch(/message_delta|message_stop/);
  });

  it('always tells the lifetime of a cache write for an hour, whatever the variant', () => {
    for (let variant = 0; variant < 12; variant += 1) {
      const body = JSON.stringify(record({ operation: 'InvokeModel', variant }).output?.outputBodyJson);
      expect(body).toContain('"ephemeral_1h_input_tokens":500');
    }
  });

  it.each(OPERATIONS)('leaves output and counts out of a %s that failed', (operation) => {
    const throttled = record({ operation, outcome: 'throttled' });
    const failed = record({ operation, outcome: 'error' });
    expect(throttled.errorCode).toBe('ThrottlingException');
    expect(failed.errorCode).toMatch(/^(ModelError|InternalServer|ServiceUnavailable)Exception$/);
    for (const { input, output } of [throttled, failed]) {
      expect(output).toBeUndefined();
      expect(Object.keys(input).filter((key) => key.endsWith('Count'))).toEqual([]);
    }
  });

  it.each<[Operation, string, 0 | undefined]>([
    ['Converse', '"stopReason":"guardrail_intervened"', undefined],
    ['ConverseStream', '"stopReason":"guardrail_intervened"', undefined],
    ['InvokeModel', '"amazon-bedrock-guardrailAction":"INTERVENED"', undefined],
    ['InvokeModelWithResponseStream', '"amazon-bedrock-guardrailAction":"INTERVENED"', 0],
  ])('shows that a guardrail blocked a %s by %s and counts %s', (operation, sign, tokens) => {
    const { input, output, inferenceRegion } = record({ operation, outcome: 'blocked' });
    expect(JSON.stringify(output?.outputBodyJson)).toContain(sign);
    expect([input.inputTokenCount, output?.outputTokenCount]).toEqual([tokens, tokens]);
    expect(inferenceRegion).toBeUndefined();
  });

  it('names the person as their attribution says', () => {
    const role = 'arn:aws:sts::111122223333:assumed-role/llm-gateway';
    const { user, team } = person('metadata');
    const dimensions = { project: 'platform-api', entrypoint: 'chat' };
    expect(record({})).toMatchObject({ requestMetadata: { user, team, ...dimensions } });
    const directoryOnly = person('directoryOnly');
    expect(record({ person: directoryOnly }).requestMetadata).toEqual({
      user: directoryOnly.user,
      ...dimensions,
    });
    for (const how of ['session', 'none'] as const) {
      const named = record({ person: person(how) });
      expect(named.identity.arn).toBe(`${role}/${person(how).user}`);
      expect(named.requestMetadata).toBeUndefined();
    }
  });

  it('varies the order of its keys, and the order only', () => {
    const orders = [0, 1, 2].map((variant) => keys({ variant, outcome: 'blocked' }));
    expect(new Set(orders.map(String)).size).toBe(3);
    expect(new Set(orders.map((order) => String(order.toSorted()))).size).toBe(1);
  });

  it('has whole seconds in most lines and milliseconds in some', () => {
    expect(record({ variant: 1 }).timestamp).toBe(`${DAY}T10:15:30Z`);
    expect(record({ variant: 9 }).timestamp).toBe(`${DAY}T10:15:30.250Z`);
  });

  it('without caching has zeros in some lines and no cache counts in others', () => {
    const tokens = { ...REQUEST.tokens, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
    expect(record({ tokens, variant: 2 }).input.cacheReadInputTokenCount).toBe(0);
    expect(record({ tokens, variant: 3 }).input).not.toHaveProperty('cacheReadInputTokenCount');
  });
});
