import { expect, it } from 'vitest';
import { parseUntil } from '../../../shared/domain/until.ts';

it.each([
  ['2026-11-30', '2026-12-01T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ['2026-11-30T18:00Z', '2026-11-30T18:00:00.000Z'],
  ['2026-11-30T18:00:59.5+02:00', '2026-11-30T16:00:59.500Z'],
])('%s ends at %s', (text, end) => {
  expect(new Date(parseUntil(text) ?? Number.NaN).toISOString()).toBe(end);
});

it.each([
  '',
  'tomorrow',
  '2026-02-29',
  '2026-11-30T18:00',
  '2026-02-30T18:00Z',
  '2026-11-30T25:00Z',
  '1795344000',
])('"%s" is no end', (text) => {
  expect(parseUntil(text)).toBeUndefined();
});
