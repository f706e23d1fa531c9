import { describe, expect, it } from 'vitest';
import { bedrockRecord, decode, usageOf } from '../../fixtures/decoding.ts';

describe('cache writes by lifetime', () => {
  const inObject = (cache_creation: unknown) => ({ outputBodyJson: { usage: { cache_creation } } });
  const inStream = (cache_creation: unknown) => ({
    outputBodyJson: [{ type: 'message_start', message: { usage: { cache_creation } } }],
  });

  describe.each([
    ['an object', inObject],
    ['a stream', inStream],
  ])('in the body of %s', (_what, output) => {
    it.each([
      ['all of them', { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 700 }, 300, 700, false],
      [
        '5-minute writes only',
        { ephemeral_5m_input_tokens: 1_000, ephemeral_1h_input_tokens: 0 },
        1_000,
        0,
        false,
      ],
      [
        '1-hour writes only',
        { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1_000 },
        0,
        1_000,
        false,
      ],
      ['all but one', { ephemeral_5m_input_tokens: 299, ephemeral_1h_input_tokens: 700 }, 300, 700, true],
      ['the 1-hour writes, the others unsaid', { ephemeral_1h_input_tokens: 700 }, 300, 700, true],
      [
        'the 5-minute writes, the others null',
        { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: null },
        1_000,
        0,
        true,
      ],
      ['an empty split', {}, 1_000, 0, true],
      ['no split', undefined, 1_000, 0, true],
      ['null', null, 1_000, 0, true],
    ])('%s of 1,000', (_split, cache_creation, cacheWrite5m, cacheWrite1h, isEstimated) => {
      const record = bedrockRecord({
        input: { cacheWriteInputTokenCount: 1_000 },
        output: output(cache_creation),
      });
      const usage = usageOf(record);
      expect(usage.tokens).toMatchObject({ cacheWrite5m, cacheWrite1h });
      expect(usage.isEstimated).toBe(isEstimated);
    });

    it.each([
      [999, 1_000],
      [0, 1_000],
    ])('that exceed the count are a fault of the log: %i of %i', (cacheWriteInputTokenCount, split) => {
      const cache_creation = { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: split - 300 };
      const record = bedrockRecord({ input: { cacheWriteInputTokenCount }, output: output(cache_creation) });
      expect(decode(record)).toMatchObject({ kind: 'quarantined', reason: 'bad_token_count' });
    });
  });

  it('are no guess where nothing was written', () => {
    expect(usageOf(bedrockRecord({ input: { cacheWriteInputTokenCount: 0 } })).isEstimated).toBe(false);
    expect(usageOf(bedrockRecord()).isEstimated).toBe(false);
  });
});
