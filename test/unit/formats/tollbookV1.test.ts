import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, tollbookLine, usageOf } from '../../fixtures/decoding.ts';

const FULL = tollbookLine({
  id: 'req-31',
  at: '2026-11-22T12:00:00.250+02:00',
  model: 'claude-sonnet-4-5',
  usage: {
    inputTokens: 1,
    cacheReadTokens: 20,
    cacheWrite5mTokens: 300,
    cacheWrite1hTokens: 4_000,
    outputTokens: 50_000,
    thinkingTokens: 6_000,
    webSearches: 2,
  },
  status: 'error',
  errorCode: 'upstream_timeout',
  user: 'mira@example.com',
  team: 'chess',
  project: 'minutes',
  operation: 'lookup',
  entrypoint: 'chat',
  serviceTier: 'priority',
  region: 'eu-west-1',
  department: 'games',
  costCentre: 'cc-1',
  repository: 'club/minutes',
  session: 'session-1',
  priority: 'high',
  attempt: 3,
});

describe('tollbook.v1', () => {
  it('gives everything that it states', () => {
    expect(usageOf(FULL)).toStrictEqual({
      source: 'tollbook',
      requestId: 'req-31',
      startedAt: '2026-11-22T10:00:00.250Z',
      modelId: 'claude-sonnet-4-5',
      tokens: { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50_000 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'error',
      errorCode: 'upstream_timeout',
      user: 'mira@example.com',
      team: 'chess',
      project: 'minutes',
      operation: 'lookup',
      entrypoint: 'chat',
      serviceTier: 'priority',
      region: 'eu-west-1',
      department: 'games',
      costCentre: 'cc-1',
      repository: 'club/minutes',
      session: 'session-1',
      priority: 'high',
      attempt: 3,
      thinkingTokens: 6_000,
      webSearches: 2,
    });
  });

  it('needs a time and a model only; the rest has defaults, and the id is that of the log event', () => {
    expect(usageOf(tollbookLine())).toStrictEqual({
      source: 'tollbook',
      requestId: EVENT_ID,
      startedAt: '2026-11-22T10:00:00.000Z',
      modelId: 'claude-sonnet-4-5',
      tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      isEstimated: false,
      hasTokenCounts: false,
      status: 'ok',
      operation: '-',
      serviceTier: 'standard',
    });
  });

  it('counts what is not stated as zero', () => {
    const usage = usageOf(tollbookLine({ usage: { outputTokens: 7 } }));
    expect(usage.tokens).toStrictEqual({
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 7,
    });
    expect(usage.hasTokenCounts).toBe(true);
  });

  it('drops fields that it does not know, prompts above all', () => {
    const unknown = { prompt: 'a secret', messages: [{ content: 'a secret' }], later: 1, requestId: 'other' };
    const usage = { inputTokens: 1, thinking: 'a secret' };
    expect(usageOf(tollbookLine({ ...unknown, usage }))).toStrictEqual(
      usageOf(tollbookLine({ usage: { inputTokens: 1 } })),
    );
  });

  it.each(['ok', 'throttled', 'blocked', 'error'])('knows the status %s', (status) => {
    expect(usageOf(tollbookLine({ status })).status).toBe(status);
  });
});

describe('a bad field of tollbook.v1', () => {
  it.each<[string, string, JsonObject]>([
    ['bad_field', 'id', { id: 7 }],
    ['bad_field', 'at', { at: undefined }],
    ['bad_field', 'at', { at: 1_795_341_600_000 }],
    ['bad_field', 'model', { model: undefined }],
    ['bad_field', 'model', { model: {} }],
    ['bad_field', 'usage', { usage: 12 }],
    ['bad_field', 'status', { status: 'OK' }],
    ['bad_field', 'status', { status: 200 }],
    ['bad_field', 'errorCode', { errorCode: 500 }],
    ['bad_field', 'user', { user: ['mira'] }],
    ['bad_field', 'team', { team: 3 }],
    ['bad_field', 'project', { project: false }],
    ['bad_field', 'operation', { operation: 1 }],
    ['bad_field', 'entrypoint', { entrypoint: {} }],
    ['bad_field', 'region', { region: 1 }],
    ['bad_token_count', 'usage.inputTokens', { usage: { inputTokens: -1 } }],
    ['bad_token_count', 'usage.inputTokens', { usage: { inputTokens: '12' } }],
    ['bad_token_count', 'usage.cacheReadTokens', { usage: { cacheReadTokens: 0.5 } }],
    ['bad_token_count', 'usage.cacheWrite1hTokens', { usage: { cacheWrite1hTokens: 100_000_001 } }],
    ['bad_token_count', 'usage.outputTokens', { usage: { outputTokens: 1e300 } }],
  ])('is %s at %s', (reason, place, fields) => {
    const decoded = decode(tollbookLine(fields));
    expect(decoded).toMatchObject({ kind: 'quarantined', reason });
    const detail = decoded.kind === 'quarantined' ? decoded.detail : '';
    expect(detail.startsWith(`${place}: `) && detail.length > place.length + 2, detail).toBe(true);
  });

  it.each([
    ['2026-02-29T10:00:00Z', 'bad_timestamp'],
    ['2026-11-22T10:00:00', 'bad_timestamp'],
    ['2019-12-31T23:59:59Z', 'bad_timestamp'],
    ['2026-11-24T12:00:00.001Z', 'future_date'],
  ])('is a time of %s: %s', (at, reason) => {
    expect(decode(tollbookLine({ at }))).toMatchObject({ kind: 'quarantined', reason });
  });

  it.each([
    ['id', 'requestId', 128],
    ['model', 'modelId', 256],
    ['user', 'user', 128],
    ['team', 'team', 128],
    ['project', 'project', 128],
    ['operation', 'operation', 128],
    ['entrypoint', 'entrypoint', 128],
    ['serviceTier', 'serviceTier', 128],
    ['errorCode', 'errorCode', 128],
    ['region', 'region', 128],
    ['department', 'department', 128],
    ['costCentre', 'costCentre', 128],
    ['repository', 'repository', 128],
    ['session', 'session', 128],
    ['priority', 'priority', 128],
  ])('is a %s that cannot be an id', (field, name, limit) => {
    for (const id of ['', 'a#b', 'a\u0007b', 'a\u2029b', '\udc00', 'x'.repeat(limit + 1)]) {
      const decoded = decode(tollbookLine({ [field]: id }));
      expect(decoded, JSON.stringify(id)).toMatchObject({ kind: 'quarantined', reason: 'bad_identifier' });
      expect(decoded).toHaveProperty('detail', expect.stringMatching(new RegExp(`^${name} (holds|is) `)));
    }
    expect(decode(tollbookLine({ [field]: 'x'.repeat(limit) })).kind).toBe('usage');
  });

  it.each([0, 100_000_000])('is not a count of %i', (outputTokens) => {
    expect(usageOf(tollbookLine({ usage: { outputTokens } })).tokens.output).toBe(outputTokens);
  });
});
