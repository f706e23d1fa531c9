import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from '../../../shared/formats/decodeLine.ts';
import { isoOfUnixNano, unwrapOtlp } from '../../../shared/formats/otlp.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { apiRequest, claudeEvent, otlpExport, wrapAttributes } from '../../fixtures/claudeCodeEvents.ts';
import { CONTEXT, decodeOne, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { SECRET_LETTER } from '../../fixtures/planting.ts';

function decodeExport(lines: readonly JsonObject[]) {
  return decodeLine(JSON.stringify(otlpExport(lines)), CONTEXT);
}

describe('an OTLP export', () => {
  it('gives what the collector would have written, record by record', () => {
    const prompt = claudeEvent('user_prompt', { prompt: SECRET_LETTER, prompt_text: SECRET_LETTER });
    const lines = [prompt, apiRequest({}, { department: 'engineering' }), claudeEvent('tool_result')];
    const all = decodeExport(lines);
    expect(all).toStrictEqual([
      { kind: 'ignored', reason: 'no_request' },
      { kind: 'usage', usage: usageOf(apiRequest({}, { department: 'engineering' })) },
      { kind: 'ignored', reason: 'no_request' },
    ]);
    expect(JSON.stringify(all)).not.toContain(SECRET_LETTER);
  });

  it('reads 64-bit numbers in quotes', () => {
    const attributes = [
      ...wrapAttributes({ model: 'claude-haiku-5-5', 'event.timestamp': '2026-10-08T08:15:17.395Z' }),
      { key: 'input_tokens', value: { intValue: '1200' } },
      { key: 'output_tokens', value: { stringValue: '34' } },
    ];
    const logRecords = [{ body: { stringValue: 'claude_code.api_request' }, attributes }];
    const line = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    expect(decodeOne(line)).toMatchObject({
      kind: 'usage',
      usage: { requestId: `${EVENT_ID}-0`, tokens: { input: 1_200, output: 34 } },
    });
  });

  const MS = Date.parse('2026-10-08T08:15:18.137Z');
  it.each<[string, JsonObject]>([
    ['its own time', { timeUnixNano: `${MS}999999`, observedTimeUnixNano: '1' }],
    ['its own time as a number', { timeUnixNano: MS * 1e6 }],
    ['the time it was seen', { observedTimeUnixNano: `${MS}000000` }],
    ['the time it was seen, its own being 0', { timeUnixNano: '0', observedTimeUnixNano: `${MS}000000` }],
    ['the same, as a number', { timeUnixNano: 0, observedTimeUnixNano: `${MS}000000` }],
  ])('dates a record without event.timestamp by %s', (_what, times) => {
    const [decoded] = decodeExport([{ ...apiRequest({ 'event.timestamp': undefined }), ...times }]);
    expect(decoded).toMatchObject({ usage: { startedAt: '2026-10-08T08:15:17.395Z' } });
  });

  it.each([
    ['no time', {}, 'bad_field'],
    ['a time of 0', { timeUnixNano: '0' }, 'bad_field'],
    ['a time before 2020', { timeUnixNano: '1000000' }, 'bad_timestamp'],
    ['a time in words', { timeUnixNano: 'now' }, 'bad_timestamp'],
    ['a time of the far future', { timeUnixNano: '9'.repeat(20) }, 'future_date'],
    ['a time of no number of digits', { timeUnixNano: '9'.repeat(21) }, 'bad_timestamp'],
  ])('has no use for %s', (_what, times, reason) => {
    const [decoded] = decodeExport([{ ...apiRequest({ 'event.timestamp': undefined }), ...times }]);
    expect(decoded).toMatchObject({ kind: 'quarantined', reason });
  });

  it.each([
    ['no resources', { resourceLogs: [] }],
    ['no scopes', { resourceLogs: [{ resource: {} }, { scopeLogs: null }] }],
    ['no records', { resourceLogs: [{ scopeLogs: [{ scope: {} }, { logRecords: [] }] }] }],
  ])('that is empty is one line of no interest: %s', (_what, line) => {
    expect(decodeOne(JSON.stringify(line))).toStrictEqual({ kind: 'ignored', reason: 'no_request' });
  });

  it.each([
    ['a resource', { resourceLogs: [7] }],
    ['a list of scopes', { resourceLogs: [{ scopeLogs: {} }] }],
    ['a scope', { resourceLogs: [{ scopeLogs: ['x'] }] }],
    ['a list of records', { resourceLogs: [{ scopeLogs: [{ logRecords: 'x' }] }] }],
    ['a record', { resourceLogs: [{ scopeLogs: [{ logRecords: [[]] }] }] }],
  ])('loses nothing that is not %s', (_what, line) => {
    expect(decodeOne(JSON.stringify(line))).toMatchObject({ kind: 'quarantined', reason: 'not_json' });
  });

  it('is not told by anything but its list of resources', () => {
    for (const resourceLogs of [undefined, null, {}, 'x'])
      expect(unwrapOtlp({ resourceLogs })).toBeUndefined();
  });
});

describe('isoOfUnixNano', () => {
  it.each([
    ['999999', '999999'],
    ['1000000', '1970-01-01T00:00:00.001Z'],
    ['1999999', '1970-01-01T00:00:00.001Z'],
    ['99999999999999999999', '5138-11-16T09:46:39.999Z'],
    ['100000000000000000000', '100000000000000000000'],
    ['-1000000', '-1000000'],
    ['', ''],
  ])('reads %j as %j', (text, iso) => {
    expect(isoOfUnixNano(text)).toBe(iso);
  });
});

describe('any nesting of an OTLP export', () => {
  const any = fc.jsonValue({ maxDepth: 2 });
  const value = fc.oneof(
    any,
    fc.record({ stringValue: fc.oneof(fc.string(), any) }),
    fc.record({ intValue: fc.oneof(fc.integer(), fc.bigInt().map(String)) }),
    fc.record({ kvlistValue: any }),
  );
  const key = fc.constantFrom('model', 'input_tokens', 'event.timestamp', 'session.id', 'team', '__proto__');
  const attributes = fc.oneof(any, fc.array(fc.oneof(any, fc.record({ key, value }))));
  const body = fc.oneof(value, fc.constant({ stringValue: 'claude_code.api_request' }));
  const record = fc.oneof(any, fc.record({ body, attributes, timeUnixNano: any }, { requiredKeys: [] }));
  const listOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });

  it('ends each record in one way', () => {
    const scope = fc.record({ logRecords: listOf(record) });
    const resourceLog = fc.record({ scopeLogs: listOf(scope), resource: fc.record({ attributes }) });
    fc.assert(
      fc.property(listOf(resourceLog), (resourceLogs) => {
        const all = decodeLine(JSON.stringify({ resourceLogs }), CONTEXT);
        const scopeLogs = resourceLogs.flatMap((each) => each.scopeLogs);
        const records = scopeLogs.flatMap((each) => each.logRecords);
        expect(all).toHaveLength(Math.max(records.length, 1));
        for (const { kind } of all) expect(kind).toMatch(/^(usage|ignored|quarantined)$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws, whatever stands anywhere', () => {
    const scope = fc.oneof(any, fc.record({ logRecords: fc.oneof(any, listOf(record)) }));
    const resourceLog = fc.oneof(any, fc.record({ scopeLogs: fc.oneof(any, listOf(scope)), resource: any }));
    fc.assert(
      fc.property(listOf(resourceLog), (resourceLogs) => {
        expect(decodeLine(JSON.stringify({ resourceLogs }), CONTEXT).length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
