import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from '../../../shared/formats/decodeLine.ts';
import { BEDROCK_SHAPES, bedrockShape } from '../../fixtures/bedrockShapes.ts';
import { bedrockRecord, CONTEXT, decode, usageOf } from '../../fixtures/decoding.ts';
import { changeAt, changeTexts } from '../../fixtures/mutate.ts';
import { plantedLine, SECRET_LETTER, secretJson } from '../../fixtures/planting.ts';

const BODIES = [
  ['input', 'inputBodyJson'],
  ['output', 'outputBodyJson'],
] as const;

describe('no text of a body reaches what was decoded', () => {
  it.each(BEDROCK_SHAPES)('when every text in the bodies of %s is a secret', (shape) => {
    // What the texts say of the kind of a chunk is needed to find its usage; a secret is put behind it.
    const kinds = /^(message_start|message_delta|INTERVENED)$/;
    const secret = (text: string) => (kinds.test(text) ? text : `${SECRET_LETTER} ${text}`);
    const record = BODIES.reduce<unknown>(
      (changed, place) => changeAt(changed, place, (body) => changeTexts(body, secret)),
      bedrockShape(shape),
    );
    expect(usageOf(Object(record))).toStrictEqual(usageOf(bedrockShape(shape)));
  });

  it('whatever JSON a body is, be it a usage or a quarantine', () => {
    fc.assert(
      fc.property(secretJson, secretJson, (inputBodyJson, outputBodyJson) => {
        const record = bedrockRecord({ input: { inputBodyJson }, output: { outputBodyJson } });
        expect(JSON.stringify(decode(record))).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['input_tokens', { input_tokens: SECRET_LETTER }],
    ['outputTokens', { outputTokens: [SECRET_LETTER] }],
    ['cache_creation', { cache_creation: SECRET_LETTER }],
    ['ephemeral_1h_input_tokens', { cache_creation: { ephemeral_1h_input_tokens: { [SECRET_LETTER]: 1 } } }],
  ])('when a secret stands where %s belongs', (_field, usage) => {
    for (const outputBodyJson of [{ usage }, [{ usage }], [{ type: 'message_start', message: { usage } }]]) {
      const decoded = decode(bedrockRecord({ output: { outputBodyJson } }));
      expect(decoded.kind).toBe('quarantined');
      expect(JSON.stringify(decoded)).not.toContain(SECRET_LETTER);
    }
  });

  it('when a body lies somewhere else in the record', () => {
    fc.assert(
      fc.property(plantedLine, (line) => {
        expect(JSON.stringify(decodeLine(line, CONTEXT))).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 500 },
    );
  });
});
