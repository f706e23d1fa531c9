import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from '../../../shared/formats/decodeLine.ts';
import { apiRequest, claudeEvent } from '../../fixtures/claudeCodeEvents.ts';
import { CONTEXT, decode } from '../../fixtures/decoding.ts';
import { changeAt, placesOf } from '../../fixtures/mutate.ts';
import { SECRET_LETTER, secretJson } from '../../fixtures/planting.ts';

describe('any event of Claude Code', () => {
  const change = fc.oneof(
    fc.constant(() => undefined),
    fc.jsonValue().map((value) => () => value),
    fc.constant((old: unknown) => JSON.stringify(old) ?? ''),
    fc.constant((old: unknown) => ({ toString: old, valueOf: [old] })),
    fc
      .constantFrom('', '#', '-5', '1e9', '007', '99999999999999999', -1, 0.5, 1e300)
      .map((value) => () => value),
  );
  const mutations = fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 4 });
  const event = fc.constantFrom(apiRequest(), claudeEvent('api_error', { status_code: 429, attempt: 2 }));

  it('ends in one way, never with less than nothing', () => {
    fc.assert(
      fc.property(event, mutations, (record: unknown, list) => {
        let changed = record;
        for (const [choice, mutate] of list) {
          const places = placesOf(changed);
          changed = changeAt(changed, places[choice % places.length] ?? [], mutate);
        }
        const [decoded, ...others] = decodeLine(JSON.stringify({ ...Object(changed) }), CONTEXT);
        expect(others).toEqual([]);
        expect(decoded?.kind).toMatch(/^(usage|ignored|quarantined)$/);
        const counts = decoded?.kind === 'usage' ? Object.values(decoded.usage.tokens) : [];
        expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives nothing away of what was asked and answered', () => {
    const name = fc.constantFrom(
      'user_prompt',
      'assistant_response',
      'tool_result',
      'api_error',
      'api_request',
    );
    const key = fc.constantFrom(
      'prompt',
      'prompt_text',
      'response',
      'error',
      'tool_input',
      'tool_parameters',
    );
    fc.assert(
      fc.property(name, key, secretJson, (eventName, secretKey, secret) => {
        const decoded = decode(claudeEvent(eventName, { [secretKey]: secret }));
        expect(JSON.stringify(decoded)).not.toContain(SECRET_LETTER);
        expect(decoded.kind).toBe(eventName.startsWith('api_') ? 'usage' : 'ignored');
      }),
    );
  });
});
