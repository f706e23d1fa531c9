import { describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { apiRequest, claudeEvent } from '../../fixtures/claudeCodeEvents.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';

const NO_REQUEST = { kind: 'ignored', reason: 'no_request' };

describe('api_request of Claude Code', () => {
  it('is a usage, its cache writes an estimate', () => {
    expect(usageOf(apiRequest())).toStrictEqual({
      source: 'claude-code',
      requestId: 'req_own_1',
      // 742 ms before the event, which is logged at the end.
      startedAt: '2026-10-08T08:15:17.395Z',
      modelId: 'claude-haiku-5-5',
      tokens: { input: 2, cacheRead: 9_179, cacheWrite5m: 13_356, cacheWrite1h: 0, output: 4 },
      isEstimated: true,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: 'sdk',
      user: 'mira@example.com',
      session: 'session-7',
    });
  });

  it('costs 36 % less than the client says when the writes were for an hour', () => {
    const usage = usageOf(apiRequest());
    // 2 × 0.1 + 4 × 0.5 + 9,179 × 0.01 + 13,356 × 0.125 (5 minutes) or 0.2 (1 hour) micro-USD.
    const guessed = priceUsage(bundledPriceBook(), usage);
    expect(guessed).toMatchObject({ kind: 'priced', totalPicoUsd: 1_763_490_000n });
    const tokens = { ...usage.tokens, cacheWrite5m: 0, cacheWrite1h: 13_356 };
    // The event's own cost_usd, 0.00276519.
    const exact = priceUsage(bundledPriceBook(), { ...usage, tokens });
    expect(exact).toMatchObject({ kind: 'priced', totalPicoUsd: 2_765_190_000n });
  });

  it('has no estimate without cache writes, and takes no price from the client', () => {
    const usage = usageOf(apiRequest({ cache_creation_tokens: 0, cost_usd: 900, cost_usd_micros: -1 }));
    expect(usage.isEstimated).toBe(false);
    expect(JSON.stringify(usage)).not.toContain('900');
  });

  it('may have its numbers in quotes, as before 2.1.122', () => {
    const counts = ['input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_creation_tokens'];
    const quoted = { input_tokens: '2', output_tokens: '4', cache_read_tokens: '9179' };
    expect(usageOf(apiRequest({ ...quoted, cache_creation_tokens: '13356' }))).toStrictEqual(
      usageOf(apiRequest()),
    );
    for (const count of counts) expect(decode(apiRequest({ [count]: '100000000' })).kind).toBe('usage');
    const bad = ['100000001', '9'.repeat(30), '-1', '1.5', ' 1', '0x10', 'two', -1, 1.5, {}];
    for (const value of bad) {
      for (const count of counts) {
        expect(decode(apiRequest({ [count]: value })), `${count} ${value}`).toMatchObject({
          reason: 'bad_token_count',
          detail: expect.stringContaining(`attributes.${count}: `),
        });
      }
    }
  });

  it('without any count has none, which is not the same as 0', () => {
    const nothing = { input_tokens: undefined, output_tokens: null, cache_creation_tokens: undefined };
    expect(usageOf(apiRequest(nothing))).toMatchObject({ hasTokenCounts: false, isEstimated: false });
    expect(usageOf(apiRequest({ input_tokens: undefined })).hasTokenCounts).toBe(true);
  });

  it.each([
    ["the provider's id", {}, 'req_own_1'],
    ["the client's id", { request_id: undefined }, 'client-1'],
    [
      'the place in the session',
      { request_id: '', client_request_id: undefined },
      'session-7-15-2026-10-08T08:15:18.137Z',
    ],
    [
      'a place in quotes',
      { request_id: undefined, client_request_id: null, 'event.sequence': '15' },
      'session-7-15-2026-10-08T08:15:18.137Z',
    ],
    [
      "the log event's id without a session",
      { request_id: undefined, client_request_id: undefined, 'session.id': undefined },
      EVENT_ID,
    ],
    [
      "the log event's id without a place",
      { request_id: undefined, client_request_id: undefined, 'event.sequence': undefined },
      EVENT_ID,
    ],
  ])('is known by %s', (_what, attributes: JsonObject, requestId) => {
    expect(usageOf(apiRequest(attributes)).requestId).toBe(requestId);
  });

  it.each([
    ['fast', true],
    ['normal', undefined],
    [undefined, undefined],
  ])('at speed %s', (speed, isFast) => {
    expect(usageOf(apiRequest({ speed })).isFast).toBe(isFast);
  });

  it.each([
    ['agent:builtin:plan', 'agent:builtin:plan'],
    [undefined, '-'],
    ['', '-'],
    ['a#b', '-'],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['x'.repeat(129), '-'],
  ])('was for %s: operation %s', (query_source, operation) => {
    expect(usageOf(apiRequest({ query_source })).operation).toBe(operation);
  });

  it.each<[string, string, JsonObject]>([
    ['bad_field', 'attributes.model: missing', apiRequest({ model: undefined })],
    ['bad_field', 'attributes.model: not text', apiRequest({ model: 5 })],
    ['bad_field', 'attributes.event.timestamp: missing', apiRequest({ 'event.timestamp': undefined })],
    ['bad_timestamp', '2026-02-29', apiRequest({ 'event.timestamp': '2026-02-29T00:00:00Z' })],
    ['future_date', '2026-12-01', apiRequest({ 'event.timestamp': '2026-12-01T00:00:00Z' })],
    ['bad_identifier', 'requestId', apiRequest({ request_id: 'a#b' })],
    ['bad_field', 'event.timestamp: missing', { body: 'claude_code.api_request' }],
    ['bad_field', 'attributes: not an object', { body: 'claude_code.api_request', attributes: 'x' }],
    ['bad_field', 'resource: not an object', { ...apiRequest(), resource: ['x'] }],
  ])('goes to quarantine as %s: %s', (reason, detail, line) => {
    expect(decode(line)).toMatchObject({
      kind: 'quarantined',
      reason,
      detail: expect.stringContaining(detail),
    });
  });
});

describe('api_error of Claude Code', () => {
  it.each<[unknown, string, string | undefined]>([
    [429, 'throttled', '429'],
    ['429', 'throttled', '429'],
    [428, 'error', '428'],
    [430, 'error', '430'],
    ['529', 'error', '529'],
    ['undefined', 'error', undefined],
    [undefined, 'error', undefined],
    [{ toString: 1, valueOf: 1 }, 'error', undefined],
  ])('of status %j is %s and used nothing', (status_code, status, errorCode) => {
    const usage = usageOf(claudeEvent('api_error', { status_code, attempt: '11', error: 'you said #!' }));
    const tokens = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
    expect(usage).toMatchObject({ status, tokens, attempt: 11, isEstimated: false, hasTokenCounts: false });
    expect(usage.errorCode).toBe(errorCode);
    expect(JSON.stringify(usage)).not.toContain('you said');
  });
});

describe('lines of Claude Code that are no request', () => {
  it.each([
    'user_prompt',
    'assistant_response',
    'tool_result',
    'api_refusal',
    'subagent_completed',
    'new',
    '',
  ])('are events named %j', (name) => {
    expect(decode(claudeEvent(name))).toStrictEqual(NO_REQUEST);
  });

  it('are metrics in the embedded format', () => {
    const metric = { 'claude_code.token.usage': 1_200, type: 'input', model: 'claude-haiku-5-5' };
    expect(decode({ ...metric, _aws: { CloudWatchMetrics: [] } })).toStrictEqual(NO_REQUEST);
    expect(decode(metric)).toMatchObject({ reason: 'unknown_schema' });
    expect(decode({ other: 1, _aws: { CloudWatchMetrics: [] } })).toMatchObject({ reason: 'unknown_schema' });
  });

  it('are told by the name in old collectors, as requests are', () => {
    const { body: _body, ...line } = apiRequest();
    expect(usageOf({ ...line, name: 'claude_code.api_request', body: 'x' })).toStrictEqual(
      usageOf(apiRequest()),
    );
    expect(decode({ ...line, name: 'claude_code.user_prompt' })).toStrictEqual(NO_REQUEST);
  });

  it.each(['claude_code', 'claude_codex.api_request', 'my claude_code.api_request', 7, null])(
    'are not those with a body of %j',
    (body) => {
      expect(decode({ ...apiRequest(), body })).toMatchObject({ reason: 'unknown_schema' });
    },
  );
});

describe('the start of a request that is logged at its end', () => {
  it.each([
    ['its end less its duration', 742, '2026-10-08T08:15:17.395Z'],
    ['the day before', 8 * 3_600_000 + 16 * 60_000, '2026-10-07T23:59:18.137Z'],
    ['with digits in quotes', '1493', '2026-10-08T08:15:16.644Z'],
    ['to the nearest millisecond', 0.6, '2026-10-08T08:15:18.136Z'],
    ['its end for no time at all', 0, '2026-10-08T08:15:18.137Z'],
    ['its end where no duration is told', undefined, '2026-10-08T08:15:18.137Z'],
    ['its end for null', null, '2026-10-08T08:15:18.137Z'],
    ['a whole day before', 86_400_000, '2026-10-07T08:15:18.137Z'],
  ])('is %s', (_what, duration, startedAt) => {
    expect(usageOf(apiRequest({ duration_ms: duration })).startedAt).toBe(startedAt);
    expect(usageOf(claudeEvent('api_error', { duration_ms: duration })).startedAt).toBe(startedAt);
  });

  it('picks the price: before the day of a change, though it ended after it', () => {
    // Cache reads of Sonnet 5.5 cost 0.20 USD a million until 2026-10-07, and 0.10 from then on.
    const attributes = { model: 'claude-sonnet-5-5', 'event.timestamp': '2026-10-07T00:00:01.000Z' };
    const counts = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 10, cache_creation_tokens: 0 };
    const costOf = (duration: number) => {
      const usage = usageOf(apiRequest({ ...attributes, ...counts, duration_ms: duration }));
      const price = priceUsage(bundledPriceBook(), usage);
      return price.kind === 'priced' ? price.totalPicoUsd : undefined;
    };
    expect([1_001, 1_000, 999].map(costOf)).toEqual([2_000_000n, 1_000_000n, 1_000_000n]);
  });

  it.each([-1, 86_400_001, '-5', '1e9', 'long', {}, [], true, 1e300])(
    'is not guessed from %j',
    (duration) => {
      expect(decode(apiRequest({ duration_ms: duration }))).toMatchObject({
        reason: 'bad_field',
        detail: 'attributes.duration_ms: no duration of up to a day',
      });
    },
  );

  it('is not reckoned from an end that is no time', () => {
    const broken = apiRequest({ 'event.timestamp': '2026-02-29T10:00:00Z' });
    expect(decode(broken)).toMatchObject({ reason: 'bad_timestamp' });
    const future = apiRequest({ 'event.timestamp': '2027-02-01T10:00:00Z', duration_ms: 86_400_000 });
    expect(decode(future)).toMatchObject({ reason: 'future_date' });
  });

  it('does not change the id of an event that has none of its own', () => {
    const anonymous = { request_id: undefined, client_request_id: undefined };
    const ids = [1, 2].map((duration_ms) => usageOf(apiRequest({ ...anonymous, duration_ms })).requestId);
    expect(ids).toEqual(Array(2).fill('session-7-15-2026-10-08T08:15:18.137Z'));
  });
});
