import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, usageOf } from '../../fixtures/decoding.ts';
import { litellmPayload, litellmSpend } from '../../fixtures/gatewayRecords.ts';

const metadataOf = (metadata: JsonObject) => usageOf(litellmPayload({ metadata }));

describe('a time of LiteLLM', () => {
  it.each<[unknown, string]>([
    [1_795_341_600, '2026-11-22T10:00:00.000Z'],
    [1_766_000_068.28466, '2025-12-17T19:34:28.284Z'],
    [1_795_341_600.001, '2026-11-22T10:00:00.001Z'],
    ['1795341600.25', '2026-11-22T10:00:00.250Z'],
    ['2025-01-24 09:20:46.847371', '2025-01-24T09:20:46.847Z'],
    ['2025-01-24T09:20:46.847371', '2025-01-24T09:20:46.847Z'],
    ['2025-01-24 09:20:46', '2025-01-24T09:20:46.000Z'],
    ['2025-01-24 09:20:46.847371+02:00', '2025-01-24T07:20:46.847Z'],
    ['2025-01-24T09:20:46Z', '2025-01-24T09:20:46.000Z'],
  ])('%j is %s', (startTime, startedAt) => {
    expect(usageOf(litellmPayload({ startTime })).startedAt).toBe(startedAt);
  });

  it.each<[unknown, string]>([
    [undefined, 'bad_timestamp'],
    [null, 'bad_timestamp'],
    ['', 'bad_timestamp'],
    [true, 'bad_timestamp'],
    [{}, 'bad_timestamp'],
    ['today', 'bad_timestamp'],
    [0, 'bad_timestamp'],
    [-1, 'bad_timestamp'],
    [1e300, 'bad_timestamp'],
    ['2026-02-29 10:00:00', 'bad_timestamp'],
    ['2026-11-24 12:00:00.001', 'future_date'],
  ])('%j is a %s', (startTime, reason) => {
    expect(decode(litellmPayload({ startTime }))).toMatchObject({ kind: 'quarantined', reason });
  });
});

describe('a model of LiteLLM', () => {
  const modelOf = (name: unknown, custom_llm_provider?: string) => {
    const { modelId, region } = usageOf(
      litellmPayload({ api_base: '', custom_llm_provider, hidden_params: { litellm_model_name: name } }),
    );
    return [modelId, region];
  };

  it.each<[string, string | undefined, string, string | undefined]>([
    ['bedrock/us.anthropic.claude-opus-4-1-v1:0', 'bedrock', 'us.anthropic.claude-opus-4-1-v1:0', undefined],
    ['bedrock/converse/anthropic.claude-v2', 'bedrock', 'anthropic.claude-v2', undefined],
    ['bedrock/invoke/anthropic.claude-v2', 'bedrock_converse', 'anthropic.claude-v2', undefined],
    ['bedrock/ap-southeast-2/anthropic.claude-v2', 'bedrock', 'anthropic.claude-v2', 'ap-southeast-2'],
    ['bedrock/us-gov-west-1/anthropic.claude-v2', 'bedrock', 'anthropic.claude-v2', 'us-gov-west-1'],
    ['amazon.nova-lite-v1:0', 'bedrock', 'amazon.nova-lite-v1:0', undefined],
    [
      'bedrock/arn:aws:bedrock:us-east-1:1:inference-profile/us.x',
      'bedrock',
      'arn:aws:bedrock:us-east-1:1:inference-profile/us.x',
      undefined,
    ],
    ['anthropic/claude-sonnet-4-5', 'anthropic', 'claude-sonnet-4-5', undefined],
    ['anthropic/claude-sonnet-4-5', undefined, 'claude-sonnet-4-5', undefined],
    // Another seller's Claude must not be priced by Anthropic's list.
    ['claude-sonnet-4-5', 'vertex_ai', 'vertex_ai/claude-sonnet-4-5', undefined],
    ['anthropic/claude-sonnet-4-5', 'openrouter', 'anthropic/claude-sonnet-4-5', undefined],
    ['gpt-4o', 'openai', 'gpt-4o', undefined],
  ])('%s of %s is %s', (name, provider, modelId, region) => {
    expect(modelOf(name, provider)).toEqual([modelId, region]);
  });

  it('is at the Bedrock endpoint that was called, by either address of it', () => {
    const api_base = 'https://bedrock-runtime.ap-south-1.amazonaws.com/model/m/invoke';
    const regionOf = (fields: JsonObject) => usageOf(litellmPayload({ api_base: '', ...fields })).region;
    expect(regionOf({ api_base })).toBe('ap-south-1');
    expect(regionOf({ hidden_params: { api_base } })).toBe('ap-south-1');
    expect(regionOf({ api_base: 'https://llm.example.com/bedrock' })).toBeUndefined();
    expect(regionOf({ api_base: 7 })).toBeUndefined();
  });

  it('is the plain one, then the alias, when the deployment is not known', () => {
    expect(modelOf('')).toEqual(['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', undefined]);
    expect(usageOf(litellmPayload({ model: '', hidden_params: null })).modelId).toBe('sonnet');
    const nameless = litellmPayload({ model: '', model_group: 'None', hidden_params: {} });
    expect(decode(nameless)).toMatchObject({ reason: 'bad_field', detail: 'model: missing' });
  });
});

describe('an end of LiteLLM', () => {
  const failed = (error_information: unknown, fields: JsonObject = {}) =>
    usageOf(litellmPayload({ status: 'failure', error_information, ...fields }));

  it.each<[unknown, string, string | undefined]>([
    [{ error_code: '429', error_class: 'RateLimitError' }, 'throttled', '429'],
    [{ error_code: 429 }, 'throttled', '429'],
    [{ error_code: '', error_class: 'RateLimitError' }, 'throttled', 'RateLimitError'],
    [{ error_code: '428' }, 'error', '428'],
    [{ error_code: '430' }, 'error', '430'],
    [{ error_code: 'None', error_class: 'APIConnectionError' }, 'error', 'APIConnectionError'],
    [{ error_code: 'a sentence of the prompt' }, 'error', undefined],
    [null, 'error', undefined],
    ['{"error_code":"429"}', 'throttled', '429'],
  ])('%j is %s', (error_information, status, errorCode) => {
    const usage = failed(error_information);
    expect([usage.status, usage.errorCode]).toEqual([status, errorCode]);
  });

  it('keeps the tokens that a failure reports', () => {
    expect(failed(null).tokens.output).toBe(50);
    expect(failed(null, { prompt_tokens: 0, completion_tokens: 0, metadata: {} }).tokens.input).toBe(0);
  });

  it('finds the error in the metadata of the spend logs', () => {
    const metadata = JSON.stringify({ error_information: { error_code: '429' } });
    expect(usageOf(litellmSpend({ status: 'failure', metadata })).status).toBe('throttled');
  });

  it('is a block when a guardrail made it', () => {
    const status_fields = { llm_api_status: 'failure', guardrail_status: 'guardrail_intervened' };
    expect(failed(null, { status_fields }).status).toBe('blocked');
    expect(usageOf(litellmPayload({ status_fields })).status).toBe('ok');
  });

  it('has no other words', () => {
    expect(usageOf(litellmPayload({ status: null })).status).toBe('ok');
    expect(decode(litellmPayload({ status: 'done' }))).toMatchObject({ reason: 'bad_field' });
  });
});

describe('who a request of LiteLLM belongs to', () => {
  it.each<[string, JsonObject, string | undefined, string | undefined]>([
    ['the key', { user_api_key_user_id: 'u', user_api_key_team_alias: 't' }, 'u', 't'],
    [
      'the address',
      { user_api_key_user_email: 'u@example.com', user_api_key_team_id: 'id' },
      'u@example.com',
      'id',
    ],
    ['the caller', { spend_logs_metadata: { user: 'u', 'team.id': 't' } }, 'u', 't'],
    [
      'the key before the caller',
      { user_api_key_user_id: 'k', requester_metadata: { user_id: 'u' } },
      'k',
      undefined,
    ],
    ['nobody', { user_api_key_user_id: null, requester_metadata: null }, undefined, undefined],
  ])('by %s', (_what, metadata, user, team) => {
    const usage = metadataOf(metadata);
    expect([usage.user, usage.team]).toEqual([user, team]);
  });

  it('stands in the line itself in the spend logs', () => {
    const usage = usageOf(litellmSpend({ user: 'u', team_id: 't' }));
    expect([usage.user, usage.team]).toEqual(['u', 't']);
  });

  it.each<[JsonObject, string]>([
    [{ team_alias: 'a', team_id: 'b' }, 'a'],
    [{ team_id: 'b' }, 'b'],
    [{ user_api_key_team_id: 'k', team_alias: 'a' }, 'k'],
  ])('has the team of %j: %s', (metadata, team) => {
    expect(metadataOf(metadata).team).toBe(team);
  });

  it('has the project of its key', () => {
    const metadata = { user_api_key_project_id: 'p-1', spend_logs_metadata: { project: 'other' } };
    expect(metadataOf(metadata).project).toBe('p-1');
    expect(metadataOf({ ...metadata, user_api_key_project_alias: 'minutes' }).project).toBe('minutes');
  });

  it('is the end user when the key has none', () => {
    expect(usageOf(litellmPayload({ metadata: {}, end_user: 'e' })).user).toBe('e');
  });

  it('is nobody when what the caller says of itself cannot be an id', () => {
    const end_user = `user_${'x'.repeat(150)}`;
    const metadata = { requester_metadata: { user_id: end_user, team: 'a#b', project: ['x'] } };
    const usage = usageOf(litellmPayload({ metadata, end_user }));
    expect(usage).not.toHaveProperty('user');
    expect(usage).not.toHaveProperty('team');
    expect(usage).not.toHaveProperty('project');
  });
});
