import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../../../shared/domain/identifier.ts';
import type { Decoded } from '../../../shared/formats/decoded.ts';
import { decodeLine, LOG_FORMATS, MAX_LINE_BYTES } from '../../../shared/formats/decodeLine.ts';
import { BEDROCK_SHAPES, bedrockShape } from '../../fixtures/bedrockShapes.ts';
import {
  bedrockRecord,
  CONTEXT,
  decode,
  decodeOne,
  EVENT_ID,
  tollbookLine,
} from '../../fixtures/decoding.ts';
import { changeAt, placesOf } from '../../fixtures/mutate.ts';

const BEDROCK = JSON.stringify(bedrockRecord());

describe('decodeLine', () => {
  it.each(['', ' ', '\n', '\r\n\t ', '\ufeff'])('ignores a blank line: %j', (line) => {
    expect(decodeOne(line)).toStrictEqual({ kind: 'ignored', reason: 'blank' });
  });

  it.each([
    ['plain text', 'START RequestId: 06e46194 Version: $LATEST', 'not_json'],
    ['JSON that is cut', BEDROCK.slice(0, -1), 'not_json'],
    ['JSON with something after it', `${BEDROCK}x`, 'not_json'],
    ['two objects in one line', `${BEDROCK}${BEDROCK}`, 'not_json'],
    ['JSON with single quotes', "{'schemaType':'ModelInvocationLog'}", 'not_json'],
    ['a byte order mark before JSON', `\ufeff${BEDROCK}`, 'not_json'],
    ['an empty list', '[]', 'not_json'],
    ['text in quotes', '"ModelInvocationLog"', 'not_json'],
    ['a number', '42', 'not_json'],
    ['null', 'null', 'not_json'],
    ['an empty object', '{}', 'unknown_schema'],
    ['another object', '{"level":"info","message":"hello"}', 'unknown_schema'],
    [
      'another schema type',
      JSON.stringify(bedrockRecord({ schemaType: 'ModelEvaluationLog' })),
      'unknown_schema',
    ],
    [
      'a schema type in small letters',
      JSON.stringify(bedrockRecord({ schemaType: 'modelinvocationlog' })),
      'unknown_schema',
    ],
    ['a later schema', JSON.stringify(tollbookLine({ schema: 'tollbook.v2' })), 'unknown_schema'],
    [
      'a schema that is inherited only',
      '{"__proto__":{"schemaType":"ModelInvocationLog"}}',
      'unknown_schema',
    ],
  ])('gives to quarantine: %s', (_what, line, reason) => {
    expect(decodeOne(line)).toMatchObject({ kind: 'quarantined', reason });
  });

  it('reads each record of a list for itself, under an id of its own', () => {
    const { id: _id, ...anonymous } = tollbookLine();
    const all = decodeLine(JSON.stringify([bedrockRecord(), 7, anonymous, anonymous]), CONTEXT);
    expect(all.map(({ kind }) => kind)).toEqual(['usage', 'quarantined', 'usage', 'usage']);
    const ids = all.flatMap((decoded) => (decoded.kind === 'usage' ? [decoded.usage.requestId] : []));
    expect(ids).toEqual(['request-1', `${EVENT_ID}-2`, `${EVENT_ID}-3`]);
  });

  it.each([
    ['none', '{"resourceLogs":[]}'],
    ['none in a scope', '{"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]}'],
    ['something that is none', '{"resourceLogs":["lost",7]}'],
    ['a record that is none', '{"resourceLogs":[{"scopeLogs":[{"logRecords":["lost"]}]}]}'],
  ])('says what became of an OTLP export that holds %s', (_what, line) => {
    expect(decodeLine(line, CONTEXT)).not.toEqual([]);
  });

  it('reads each line by the one format that it is of', () => {
    expect(LOG_FORMATS.map(({ name }) => name)).toEqual(expect.arrayContaining(['bedrock', 'tollbook.v1']));
    expect(decode(bedrockRecord())).toMatchObject({ usage: { source: 'bedrock' } });
    expect(decode(tollbookLine())).toMatchObject({ usage: { source: 'tollbook' } });
  });

  it.each([
    [MAX_LINE_BYTES - 1, { kind: 'usage' }],
    [MAX_LINE_BYTES, { kind: 'usage' }],
    [MAX_LINE_BYTES + 1, { kind: 'quarantined', reason: 'line_too_long' }],
  ])('reads a line of up to 1 MB: %i characters', (length, expected) => {
    const frame = JSON.stringify(bedrockRecord({ input: { inputBodyJson: '' } }));
    const line = frame.replace('""', `"${'x'.repeat(length - frame.length)}"`);
    expect(line).toHaveLength(length);
    expect(decodeOne(line)).toMatchObject(expected);
  });

  it('takes 1 MB for what CloudWatch Logs takes', () => {
    expect(MAX_LINE_BYTES).toBe(1024 * 1024);
  });

  it('does not even look into a line that is too long', () => {
    expect(decodeOne('{'.repeat(MAX_LINE_BYTES + 1))).toMatchObject({ reason: 'line_too_long' });
  });

  // 300 KB of opening brackets are well within what a log event may hold.
  const DEPTH = 150_000;
  const lists = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;
  const objects = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  const within = (field: string) => `${BEDROCK.slice(0, -1)},${field}}`;
  it.each([
    ['lists alone', lists, 'quarantined'],
    ['objects alone', objects, 'quarantined'],
    ['lists that do not close', '['.repeat(2 * DEPTH), 'quarantined'],
    ['objects that do not close', '{"a":'.repeat(60_000), 'quarantined'],
    ['lists in an unknown field', within(`"later":${lists}`), 'usage'],
    ['objects in the metadata', within(`"requestMetadata":${objects}`), 'usage'],
    ['lists as metadata', within(`"requestMetadata":${lists}`), 'quarantined'],
    ['objects in the prompt', within(`"input":{"inputBodyJson":${objects}}`), 'usage'],
    ['objects in the answer', within(`"output":{"outputBodyJson":${objects}}`), 'usage'],
    ['lists in the answer', within(`"output":{"outputBodyJson":${lists}}`), 'usage'],
    ['lists as a usage', within(`"output":{"outputBodyJson":{"usage":${lists}}}`), 'usage'],
  ])('bears 300 KB of nesting: %s', (_what, line, kind) => {
    expect(decodeOne(line).kind).toBe(kind);
  });
});

describe('decodeLine never throws and ends every line in one way', () => {
  it('whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (line) => {
        expectAllSound(line);
      }),
    );
  });

  it('whatever the JSON', () => {
    fc.assert(fc.property(fc.json(), (line) => expectAllSound(line)));
  });

  it('whatever the fields of a known schema', () => {
    const value = fc.jsonValue();
    const part = fc.dictionary(
      fc.constantFrom('inputTokenCount', 'outputTokenCount', 'outputBodyJson', 'arn', 'x'),
      value,
    );
    const fields = fc.record(
      {
        schemaType: fc.constant('ModelInvocationLog'),
        schema: fc.constant('tollbook.v1'),
        timestamp: fc.oneof(value, fc.constant('2026-11-22T10:00:00Z')),
        at: fc.oneof(value, fc.constant('2026-11-22T10:00:00Z')),
        requestId: fc.oneof(value, fc.string()),
        modelId: fc.oneof(value, fc.string()),
        model: fc.oneof(value, fc.string()),
        identity: fc.oneof(value, part),
        input: fc.oneof(value, part),
        output: fc.oneof(value, part),
        requestMetadata: value,
        usage: fc.oneof(value, fc.dictionary(fc.constantFrom('inputTokens', 'outputTokens'), value)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (line) => expectAllSound(JSON.stringify(line))),
      { numRuns: 1_000 },
    );
  });

  it('whatever is dropped, retyped, nested, huge or negative in a valid record', () => {
    const change = fc.oneof(
      fc.constant(() => undefined),
      fc.jsonValue().map((value) => () => value),
      fc.constant((old: unknown) => [old]),
      fc.constant((old: unknown) => ({ nested: old })),
      fc.constant((old: unknown) => String(old)),
      fc.constantFrom(-1, 0.5, 1e8 + 1, 2 ** 53, 1e300, -1e300).map((number) => () => number),
      fc.constantFrom('#', '\u0000', 'x'.repeat(5_000), '2026-02-29T10:00:00Z').map((text) => () => text),
    );
    const mutation = fc.tuple(fc.nat(), change);
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...BEDROCK_SHAPES), mutations, (shape, list) => {
        let record: unknown = bedrockShape(shape);
        for (const [choice, changed] of list) {
          const places = placesOf(record);
          record = changeAt(record, places[choice % places.length] ?? [], changed);
        }
        const line = JSON.stringify(record);
        expectAllSound(line);
      }),
      { numRuns: 2_000 },
    );
  });

  it('wherever a valid record is cut', () => {
    for (const shape of BEDROCK_SHAPES) {
      const line = JSON.stringify(bedrockShape(shape));
      for (let length = 1; length < line.length; length += 7) {
        expect(decodeOne(line.slice(0, length))).toMatchObject({ reason: 'not_json' });
      }
    }
  });
});

/** What every caller of `decodeLine` may rely on. */
function expectAllSound(line: string): void {
  const all = decodeLine(line, CONTEXT);
  expect(all.length).toBeGreaterThan(0);
  for (const decoded of all) expectSound(decoded, line);
}

function expectSound(decoded: Decoded, line: string): void {
  switch (decoded.kind) {
    case 'usage': {
      const { usage } = decoded;
      expect(new Date(usage.startedAt).toISOString()).toBe(usage.startedAt);
      for (const count of Object.values(usage.tokens)) {
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      }
      expect(identifierProblem(usage.requestId)).toBeUndefined();
      expect(identifierProblem(usage.modelId, MAX_MODEL_ID_BYTES)).toBeUndefined();
      for (const id of [usage.user, usage.team, usage.project, usage.operation, usage.entrypoint]) {
        expect(identifierProblem(id ?? '-')).toBeUndefined();
      }
      break;
    }
    case 'quarantined':
      expect(decoded.reason).toMatch(/^[a-z_]+$/);
      expect(decoded.detail).not.toBe('');
      break;
    case 'ignored':
      if (decoded.reason === 'blank') expect(line.trim()).toBe('');
      break;
    default:
      decoded satisfies never;
  }
}
