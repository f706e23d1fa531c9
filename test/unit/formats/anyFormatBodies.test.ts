import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from '../../../shared/formats/decodeLine.ts';
import { MAX_QUARANTINED_BYTES, redactLine } from '../../../shared/formats/redactLine.ts';
import { CONTEXT } from '../../fixtures/decoding.ts';
import { FORMAT_LINES, FORMAT_NAMES } from '../../fixtures/formatLines.ts';
import { plantedIn, SECRET_LETTER } from '../../fixtures/planting.ts';

describe.each(FORMAT_NAMES)('what people wrote, in a line of %s', (format) => {
  const line = plantedIn(FORMAT_LINES[format] ?? []);

  it('is in nothing that was decoded', () => {
    fc.assert(
      fc.property(line, (text) => {
        expect(JSON.stringify(decodeLine(text, CONTEXT))).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 300 },
    );
  });

  it('is in nothing that the quarantine keeps, of a whole line or of one that was cut', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(line, share, (text, part) => {
        expect(redactLine(text)).not.toContain(SECRET_LETTER);
        expect(redactLine(text.slice(0, Math.floor(text.length * part)))).not.toContain(SECRET_LETTER);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a body key', () => {
  const kept = (line: object) => JSON.parse(redactLine(JSON.stringify(line)));

  it.each([
    [
      'a request that is more than its body',
      { request: { id: 'r-1', method: 'POST', headers: { a: 'b' } } },
      {
        request: { id: 'r-1', method: 'POST', more: '[removed]' },
      },
    ],
    ['a response that is all harmless', { response: { status: 200 } }, { response: { status: 200 } }],
    [
      'a body that is a text',
      { response: 'a plan', output: ['a'] },
      { response: '[removed]', output: '[removed]' },
    ],
    ['a number where words would be', { error: null, messages: 0 }, { error: null, messages: 0 }],
    ['the name of an event', { body: 'claude_code.api_request' }, { body: 'claude_code.api_request' }],
    ['any other text of an event', { body: 'claude_code says hello' }, { body: '[removed]' }],
    [
      'a name of several words',
      { 'gen_ai.prompt': 'a', ToolCalls: ['b'] },
      {
        'gen_ai.prompt': '[removed]',
        ToolCalls: '[removed]',
      },
    ],
    [
      'an id that is a sentence',
      { request: { id: 'the plan for Tuesday' } },
      { request: { id: '[removed]' } },
    ],
  ])('leaves of %s what is nobody’s words', (_what, line, expected) => {
    expect(kept(line)).toStrictEqual(expected);
  });

  it.each([
    [
      '{"request":{"id":"r-1","status":200},"model":"m","prompt":"a pl',
      '{"request":{"id":"r-1","status":200},"model":"m",[removed]',
    ],
    ['{"request":{"id":"r-1","url":"/a', '{"request":{"id":"r-1",[removed]'],
    ['{"response":"a plan', '{"response":[removed]'],
    ['{"output":["a pl', '{"output":[removed]'],
    ['{"input":12', '{"input":[removed]'],
    ['{"input":12,"model":"m', '{"input":12,"model":"m'],
    [
      '{"body":"claude_code.api_request","attributes":{"a":1',
      '{"body":"claude_code.api_request","attributes":{"a":1',
    ],
  ])('ends a line that was cut: %s', (line, expected) => {
    expect(redactLine(line)).toBe(expected);
  });
});

describe('e-mail addresses where users have pseudonyms', () => {
  const without = (line: string) => redactLine(line, { isWithoutEmails: true });

  it.each([
    ['{"user":"ada@example.com","n":1}', '{"user":"[removed]","n":1}'],
    [
      '{"arn":"arn:aws:sts::1:assumed-role/Dev/ada.l+x@example.co.uk"}',
      '{"arn":"arn:aws:sts::1:assumed-role/Dev/[removed]"}',
    ],
    ['mailto:ada@example.com, eve@localhost', 'mailto:[removed], [removed]'],
    ['{"user":"ada\\u0040example.com"', '{"user":"[removed]"'],
    ['user=ada%40example.com', 'user=[removed]'],
    ['{"user":"ädä@exämple.com"}', '{"user":"[removed]"}'],
    ['{"n":1}', '{"n":1}'],
    ['@ and @', '@ and @'],
  ])('are not kept: %s', (line, expected) => {
    expect(without(line)).toBe(expected);
    expect(redactLine(line)).toBe(line);
  });

  it('are found before the line is cut, so that no half of one is kept', () => {
    const filler = 'x '.repeat((MAX_QUARANTINED_BYTES - 10) / 2);
    for (const shift of ['', ' ', '  ', '   '])
      expect(without(`${shift}${filler}ada@example.com`)).not.toContain('ada');
  });

  it('cost no more time for a long line without one', () => {
    const startedMs = performance.now();
    without('x'.repeat(1_000_000));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
