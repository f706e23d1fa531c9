import { describe, expect, it } from 'vitest';
import { bedrockShape, type JsonObject } from '../../fixtures/bedrockShapes.ts';
import { bedrockRecord, decode, usageOf } from '../../fixtures/decoding.ts';
import { changeAt } from '../../fixtures/mutate.ts';

const NONE = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

/** A record whose response body states this usage, with these fields beside it. */
function withBodyUsage(usage: unknown, fields: JsonObject = {}): JsonObject {
  return bedrockRecord({ ...fields, output: { outputBodyJson: { usage } } });
}

/** The stream with a split of cache writes, without any count beside its body. */
function bareStream(): JsonObject {
  const { input: _input, output, ...rest } = bedrockShape('streamCacheSplit');
  return { ...rest, output: Object.fromEntries([['outputBodyJson', Object(output).outputBodyJson]]) };
}

describe('counts beside the bodies', () => {
  it.each<[string, JsonObject, object]>([
    [
      'all five',
      {
        input: { inputTokenCount: 1, cacheReadInputTokenCount: 20, cacheWriteInputTokenCount: 300 },
        output: { outputTokenCount: 4_000 },
      },
      { input: 1, cacheRead: 20, cacheWrite5m: 300, output: 4_000 },
    ],
    [
      'cache counts at the top level',
      { input: { inputTokenCount: 1 }, cacheReadInputTokenCount: 20, cacheWriteInputTokenCount: 300 },
      { input: 1, cacheRead: 20, cacheWrite5m: 300 },
    ],
    [
      'cache counts in both places, which are one count: a zero says that only the other is in use',
      {
        input: { cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 5 },
        cacheReadInputTokenCount: 20,
        cacheWriteInputTokenCount: 5,
      },
      { cacheRead: 20, cacheWrite5m: 5 },
    ],
    [
      'null, which is no count',
      {
        input: { inputTokenCount: 7, cacheReadInputTokenCount: null },
        output: { outputTokenCount: null },
        cacheWriteInputTokenCount: null,
      },
      { input: 7 },
    ],
  ])('%s', (_what, fields, tokens) => {
    expect(usageOf(bedrockRecord(fields)).tokens).toStrictEqual({ ...NONE, ...tokens });
  });

  it('win over those of the body', () => {
    const usage = {
      input_tokens: 999,
      cache_read_input_tokens: 999,
      cache_creation_input_tokens: 999,
      output_tokens: 999,
    };
    const fields = {
      input: { inputTokenCount: 1, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 3 },
    };
    const record = bedrockRecord({ ...fields, output: { outputTokenCount: 4, outputBodyJson: { usage } } });
    expect(usageOf(record).tokens).toStrictEqual({ ...NONE, input: 1, cacheWrite5m: 3, output: 4 });
  });

  it.each<[string, JsonObject, boolean]>([
    ['none at all', {}, false],
    ['empty parts', { input: {}, output: {} }, false],
    ['parts that are null', { input: null, output: null }, false],
    ['cache counts alone', { input: { cacheReadInputTokenCount: 5 } }, false],
    ['an input of zero', { input: { inputTokenCount: 0 } }, true],
    ['an output alone', { output: { outputTokenCount: 1 } }, true],
    ['an input in the body alone', { output: { outputBodyJson: { usage: { input_tokens: 0 } } } }, true],
    ['a body that is text', { output: { outputBodyJson: 'usage' } }, false],
    ['a body without usage', { output: { outputBodyJson: { content: [] } } }, false],
    ['a usage that is a list', { output: { outputBodyJson: { usage: [1, 2] } } }, false],
  ])('%s', (_what, fields, hasTokenCounts) => {
    expect(usageOf(bedrockRecord(fields)).hasTokenCounts).toBe(hasTokenCounts);
  });
});

describe('counts of the body', () => {
  it('of a stream are cumulative: the last statement counts, nothing is added', () => {
    expect(usageOf(bareStream()).tokens).toStrictEqual({
      input: 14,
      cacheRead: 5_000,
      cacheWrite5m: 300,
      cacheWrite1h: 1_200,
      output: 85,
    });
  });

  it('of a stream survive chunks that are none', () => {
    const chunks = ['[DONE]', null, 7, [], { usage: 'none' }, { type: 'message_start', message: null }];
    const record = changeAt(bareStream(), ['output', 'outputBodyJson'], (body) => [
      ...chunks,
      ...(Array.isArray(body) ? body : []),
      ...chunks,
    ]);
    expect(usageOf(Object(record)).tokens).toMatchObject({ input: 14, output: 85 });
  });

  it('of a stream are not unsaid by a null in a later chunk', () => {
    const start = {
      input_tokens: 14,
      cache_read_input_tokens: 50,
      cache_creation_input_tokens: 7,
      output_tokens: 1,
    };
    const end = {
      input_tokens: null,
      cache_read_input_tokens: null,
      cache_creation_input_tokens: null,
      output_tokens: 9,
    };
    const chunks = [
      { type: 'message_start', message: { usage: start } },
      { type: 'message_delta', usage: end },
    ];
    const usage = usageOf(bedrockRecord({ output: { outputBodyJson: chunks } }));
    expect(usage.tokens).toStrictEqual({ ...NONE, input: 14, cacheRead: 50, cacheWrite5m: 7, output: 9 });
  });

  it.each<[string, JsonObject, object]>([
    [
      'the new names',
      { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 30, cacheWriteInputTokens: 400 },
      { cacheRead: 30, cacheWrite5m: 400 },
    ],
    [
      'the old names',
      { inputTokens: 1, outputTokens: 2, cacheReadInputTokenCount: 30, cacheWriteInputTokenCount: 400 },
      { cacheRead: 30, cacheWrite5m: 400 },
    ],
    [
      'both, which are one count',
      {
        inputTokens: 1,
        outputTokens: 2,
        cacheReadInputTokens: 30,
        cacheReadInputTokenCount: 30,
        cacheWriteInputTokens: 400,
        cacheWriteInputTokenCount: 400,
      },
      { cacheRead: 30, cacheWrite5m: 400 },
    ],
    [
      'both, of which the new ones are null',
      { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: null, cacheReadInputTokenCount: 30 },
      { cacheRead: 30 },
    ],
    ['a total, which is not a class', { inputTokens: 1, outputTokens: 2, totalTokens: 999 }, {}],
  ])('of Converse under %s', (_what, usage, cached) => {
    expect(usageOf(withBodyUsage(usage)).tokens).toStrictEqual({ ...NONE, input: 1, output: 2, ...cached });
  });
});

describe('a count under two names that differ', () => {
  it.each<[string, JsonObject]>([
    [
      'cacheWriteInputTokenCount: 5 and 300 under its names',
      bedrockRecord({ input: { cacheWriteInputTokenCount: 5 }, cacheWriteInputTokenCount: 300 }),
    ],
    [
      'usage.cacheReadInputTokens: 30 and 31 under its names',
      withBodyUsage({ inputTokens: 1, cacheReadInputTokens: 30, cacheReadInputTokenCount: 31 }),
    ],
  ])('is not guessed: %s', (detail, line) => {
    expect(decode(line)).toStrictEqual({ kind: 'quarantined', reason: 'bad_token_count', detail });
  });
});

describe('a count that cannot be one', () => {
  const PLACES: [string, (count: unknown) => JsonObject][] = [
    ['input.inputTokenCount', (count) => ({ input: { inputTokenCount: count } })],
    ['input.cacheReadInputTokenCount', (count) => ({ input: { cacheReadInputTokenCount: count } })],
    ['input.cacheWriteInputTokenCount', (count) => ({ input: { cacheWriteInputTokenCount: count } })],
    ['output.outputTokenCount', (count) => ({ output: { outputTokenCount: count } })],
    ['cacheReadInputTokenCount', (count) => ({ cacheReadInputTokenCount: count })],
    ['cacheWriteInputTokenCount', (count) => ({ cacheWriteInputTokenCount: count })],
    ['usage.input_tokens', (input_tokens) => withBodyUsage({ input_tokens })],
    ['usage.output_tokens', (output_tokens) => withBodyUsage({ output_tokens })],
    ['usage.inputTokens', (inputTokens) => withBodyUsage({ inputTokens })],
    [
      'usage.cacheWriteInputTokens',
      (count) => withBodyUsage({ outputTokens: 1, cacheWriteInputTokens: count }),
    ],
    [
      'usage.cache_creation.ephemeral_1h_input_tokens',
      (count) => withBodyUsage({ cache_creation: { ephemeral_1h_input_tokens: count } }),
    ],
  ];

  describe.each(PLACES)('%s', (place, fields) => {
    it.each([-1, 0.5, 100_000_001, 2 ** 53, 1e300, '12', '', true, [], {}])(
      '%j goes to quarantine',
      (count) => {
        const decoded = decode(bedrockRecord(fields(count)));
        expect(decoded).toMatchObject({ kind: 'quarantined', reason: 'bad_token_count' });
        const detail = decoded.kind === 'quarantined' ? decoded.detail : '';
        expect(detail.startsWith(`${place}: `) && detail.length > place.length + 2, detail).toBe(true);
      },
    );
  });

  it.each([0, 1, 99_999_999, 100_000_000])('%i can be one', (count) => {
    const record = bedrockRecord({ input: { inputTokenCount: count }, output: { outputTokenCount: count } });
    expect(usageOf(record).tokens).toMatchObject({ input: count, output: count });
  });
});
