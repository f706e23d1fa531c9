import { expect, it } from 'vitest';
import { readTimeSpan } from '../../../cli/commands/timeSpan.ts';

const ms = (text: string) => Date.parse(text);

it.each([
  ['2026-11-23', '2026-11-23', '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'],
  ['2026-11-23T10:00Z', '2026-11-23T10:20:30.5Z', '2026-11-23T10:00:00Z', '2026-11-23T10:20:30.500Z'],
  ['2026-11-23T01:00+02:00', '2026-11-23', '2026-11-22T23:00:00Z', '2026-11-24T00:00:00Z'],
])('reads %s to %s', (from, to, fromIso, toIso) => {
  expect(readTimeSpan(from, to)).toEqual({ fromMs: ms(fromIso), toMs: ms(toIso) });
});

it.each([
  ['2026-11-23T10:00Z', '2026-11-23T10:00Z', 'is not before'],
  ['2026-11-23', '2026-11-22', 'is not before'],
  ['2026-11-23T10:00', '2026-11-24', 'give a day'],
  ['2026-02-30', '2026-03-24', 'give a day'],
  ['2026-02-30T10:00Z', '2026-03-24', 'give a day'],
  ['2026-11-23T25:00Z', '2026-11-24', 'give a day'],
  ['yesterday', '2026-11-24', 'give a day'],
])('refuses %s to %s: %s', (from, to, message) => {
  expect(() => readTimeSpan(from, to)).toThrow(message);
});
