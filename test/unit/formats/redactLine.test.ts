import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_QUARANTINED_BYTES, redactLine } from '../../../shared/formats/redactLine.ts';
import { BEDROCK_SHAPES, bedrockShape } from '../../fixtures/bedrockShapes.ts';
import { plantedLine, SECRET_LETTER } from '../../fixtures/planting.ts';

const encoder = new TextEncoder();

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

describe('redactLine', () => {
  it('keeps the counts and ids of a readable line, and nothing of its bodies', () => {
    const kept = JSON.parse(redactLine(JSON.stringify(bedrockShape('converseStreamZeroCache'))));
    expect(kept).toStrictEqual({
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: '2026-11-21T00:38:02Z',
      accountId: '111122223333',
      identity: { arn: 'arn:aws:iam::111122223333:user/priya.nair' },
      region: 'us-east-1',
      requestId: 'c81f5b2a-64de-4c07-b93f-51a0e6d7f348',
      operation: 'ConverseStream',
      modelId: 'amazon.nova-lite-v1:0',
      input: {
        inputContentType: 'application/json',
        inputBodyJson: '[removed]',
        inputTokenCount: 5,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokenCount: 0,
      },
      output: { outputContentType: 'application/json', outputBodyJson: '[removed]', outputTokenCount: 40 },
    });
  });

  it('leaves a line without bodies as it was logged, spaces and all', () => {
    const line = ' {"schema":"tollbook.v1",  "at":"2026-02-29T10:00:00Z","model":"m","later":[1, 2.50]} ';
    expect(redactLine(line)).toBe(line);
  });

  it('cuts an unreadable line before its first body', () => {
    expect(redactLine('{"requestId":"r-1","prompt" : "who')).toBe('{"requestId":"r-1",[removed]');
    expect(redactLine('{"input":{"inputBodyJson":{"messages":[{"role":"user"')).toBe('{"input":{[removed]');
  });

  it.each(['{', '{}', '[]', '{"a":1}x', '{"prompt"'])('bears %j', (line) => {
    expect(redactLine(line)).toBe(line);
  });

  it('bears more nesting than can be written again', () => {
    const deep = `{"requestId":"r-1","prompt":${'['.repeat(150_000)}"${SECRET_LETTER}"${']'.repeat(150_000)}}`;
    const kept = redactLine(deep);
    expect(kept.startsWith('{"requestId":"r-1",')).toBe(true);
    expect(kept).not.toContain(SECRET_LETTER);
  });
});

describe('prompts and answers never survive', () => {
  it('in a whole line, under any body key at any depth', () => {
    fc.assert(
      fc.property(plantedLine, (line) => {
        expect(line).toContain(SECRET_LETTER);
        expect(redactLine(line)).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 1_000 },
    );
  });

  it('in a line that is cut at any byte', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(plantedLine, fraction, (line, share) => {
        const bytes = Buffer.from(line);
        const head = bytes.subarray(0, Math.floor(bytes.length * share)).toString('utf8');
        expect(redactLine(head)).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 1_000 },
    );
  });

  it('in a line that something was written after', () => {
    fc.assert(
      fc.property(plantedLine, fc.constantFrom('}', ' x', '\n{"next":1}'), (line, rest) => {
        expect(redactLine(`${line}${rest}`)).not.toContain(SECRET_LETTER);
      }),
    );
  });

  // A log driver splits a line that is too long for it: the second part begins within the prompt.
  it('in the second part of a line that was split', () => {
    for (const shape of BEDROCK_SHAPES) {
      const line = JSON.stringify(bedrockShape(shape)).replaceAll(
        /"text":"/g,
        `"text":"a question ${SECRET_LETTER} `,
      );
      for (let start = 1; start < line.length; start += 5) {
        const kept = redactLine(line.slice(start));
        expect(kept.includes(SECRET_LETTER), `${shape} from ${start}: ${kept.slice(0, 80)}`).toBe(false);
      }
    }
  });

  // Container runtimes put the line of a program into a JSON object of their own, as text.
  it.each(['log', 'msg', 'line'])('in a line that a log driver wrapped as text under "%s"', (key) => {
    const line = JSON.stringify({ model: 'm', prompt: `a question ${SECRET_LETTER}` });
    const wrapped = JSON.stringify({ [key]: line, stream: 'stdout' });
    expect(redactLine(wrapped)).not.toContain(SECRET_LETTER);
  });
});

describe('the cap on what is kept', () => {
  const frame = '{"requestId":""}';
  const withIdOf = (text: string) => frame.replace('""', `"${text}"`);

  it.each([
    [MAX_QUARANTINED_BYTES - 1, MAX_QUARANTINED_BYTES - 1],
    [MAX_QUARANTINED_BYTES, MAX_QUARANTINED_BYTES],
    [MAX_QUARANTINED_BYTES + 1, MAX_QUARANTINED_BYTES],
    [1_000_000, MAX_QUARANTINED_BYTES],
  ])('a line of %i bytes keeps %i', (bytes, kept) => {
    const line = withIdOf('x'.repeat(bytes - frame.length));
    expect(bytesOf(line)).toBe(bytes);
    expect(redactLine(line)).toBe(line.slice(0, kept));
  });

  it('is 2,048 bytes', () => {
    expect(MAX_QUARANTINED_BYTES).toBe(2_048);
  });

  it.each([
    ['two bytes', 'é'],
    ['three bytes', '茶'],
    ['four bytes', '🫖'],
  ])('falls between characters of %s, wherever they begin', (_what, character) => {
    for (const shift of ['', 'x', 'xx', 'xxx']) {
      const line = withIdOf(`${shift}${character.repeat(2_000)}`);
      const kept = redactLine(line);
      expect(line.startsWith(kept)).toBe(true);
      expect(kept.isWellFormed()).toBe(true);
      expect(bytesOf(kept)).toBeLessThanOrEqual(MAX_QUARANTINED_BYTES);
      expect(bytesOf(kept)).toBeGreaterThan(MAX_QUARANTINED_BYTES - bytesOf(character));
    }
  });

  it('holds for any line', () => {
    const lines = fc.oneof(fc.string({ unit: 'binary', minLength: 1_000, maxLength: 5_000 }), plantedLine);
    fc.assert(
      fc.property(lines, (line) => {
        expect(bytesOf(redactLine(line))).toBeLessThanOrEqual(MAX_QUARANTINED_BYTES);
      }),
      { numRuns: 300 },
    );
  });
});
