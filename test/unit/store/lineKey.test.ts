import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineKey } from '../../../shared/domain/dailyLine.ts';
import { lineIdentity } from '../../../shared/domain/dailyLine.ts';
import { DIMENSIONS, type Scope } from '../../../shared/domain/total.ts';
import { lineBounds, lineKey, parseLineKey, parseTotalKey, totalKey } from '../../../shared/store/keys.ts';
import { anyId, ODD_IDS } from '../../contract/anyRecord.ts';

const PLAIN: LineKey = {
  day: '2026-07-14',
  team: 'blue',
  user: 'ann',
  model: 'sonnet',
  project: '-',
  entrypoint: '-',
  operation: '-',
  serviceTier: 'standard',
  businessUnit: '-',
  department: '-',
  costCentre: '-',
};

const anyPart = fc.oneof(anyId, fc.constantFrom('-', 'standard', ...ODD_IDS));
const anyLine: fc.Arbitrary<LineKey> = fc.record({
  day: fc.constantFrom('2026-07-14', '2026-07-15'),
  team: anyPart,
  user: anyPart,
  model: anyPart,
  project: anyPart,
  entrypoint: anyPart,
  operation: anyPart,
  serviceTier: anyPart,
  businessUnit: anyPart,
  department: anyPart,
  costCentre: anyPart,
});

describe('the key of a line', () => {
  it.each<[string, Partial<LineKey>, RegExp]>([
    ['nothing but its model', {}, /^LINE#ann#sonnet$/],
    ['a project', { project: 'p' }, /^LINE#ann#sonnet#p$/],
    ['an operation alone', { operation: 'chat' }, /^LINE#ann#sonnet#-#-#chat$/],
    ['another tier', { serviceTier: 'batch' }, /^LINE#ann#sonnet#-#-#-#-#batch$/],
    ['no tier', { serviceTier: '-' }, /^LINE#ann#sonnet#-#-#-#-#-$/],
    ['somebody who pays', { department: 'games' }, /^LINE#ann#sonnet#-#-#-#[\w-]{11}$/],
  ])('tells %s', (_what, parts, sortKey) => {
    expect(lineKey({ ...PLAIN, ...parts })).toEqual({
      pk: 'TEAM#blue#2026-07-14',
      sk: expect.stringMatching(sortKey),
    });
  });

  it.each<[Partial<LineKey>, Partial<LineKey>]>([
    [{ businessUnit: 'a' }, { department: 'a' }],
    [{ department: 'a' }, { costCentre: 'a' }],
    [
      { department: 'a', costCentre: 'b' },
      { department: 'b', costCentre: 'a' },
    ],
    [{ department: 'a' }, { department: 'b' }],
  ])('tells owners apart: %o and %o', (one, other) => {
    expect(lineKey({ ...PLAIN, ...one })).not.toEqual(lineKey({ ...PLAIN, ...other }));
  });

  it('is the same for the same line, and another for another', () => {
    fc.assert(
      fc.property(anyLine, anyLine, (a, b) => {
        const isSame = lineIdentity(a) === lineIdentity(b);
        expect(JSON.stringify(lineKey(a)) === JSON.stringify(lineKey(b))).toBe(isSame);
        expect(lineKey({ ...a })).toEqual(lineKey(a));
      }),
    );
  });

  it('tells what it was made of, but for the names of who pays', () => {
    fc.assert(
      fc.property(anyLine, (line) => {
        const { businessUnit: _unit, department: _department, costCentre: _centre, ...told } = line;
        expect(parseLineKey(lineKey(line))).toEqual(told);
      }),
    );
  });

  it('stays within the 1,024 bytes of a sort key, and within the bounds of its user', () => {
    const long = '🚀'.repeat(128 / 4);
    const sizes = { project: long, entrypoint: long, operation: long, serviceTier: long, department: long };
    const { sk } = lineKey({ ...PLAIN, user: long, model: '🚀'.repeat(256 / 4), ...sizes });
    expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1_024);
    const [from, to] = lineBounds(long);
    expect(from < sk && sk < to).toBe(true);
  });

  it.each([
    ['LINE#ann'],
    ['LINE#ann#sonnet#-#-#chat#x#batch#more'],
    ['DAY#2026-07-14'],
    ['LINES#ann#sonnet'],
  ])('is not %s', (sk) => {
    expect(parseLineKey({ pk: 'TEAM#blue#2026-07-14', sk })).toBeUndefined();
  });
});

describe('the key of a total', () => {
  const scopes: Scope[] = [{ kind: 'org' }, ...DIMENSIONS.map((kind) => ({ kind, id: 'x y' }))];
  const periods = [
    { kind: 'day', day: '2026-07-14' },
    { kind: 'week', week: '2026-W29' },
    { kind: 'month', month: '2026-07' },
  ] as const;

  it.each(scopes)('tells scope and period again: %o', (scope) => {
    for (const period of periods) expect(parseTotalKey(totalKey(scope, period))).toEqual({ scope, period });
  });

  it('is another for every scope and period', () => {
    const keys = scopes.flatMap((scope) => periods.map((period) => JSON.stringify(totalKey(scope, period))));
    expect(new Set(keys).size).toBe(scopes.length * periods.length);
  });

  it.each([
    ['USER#ann', 'USED#2026-07-14#blue'],
    ['USER#ann', 'DIRECTORY'],
    ['TEAM#blue', 'RANK#user#DAY#2026-07-14'],
    ['TEAM#blue#2026-07-14', 'DAY#2026-07-14'],
    ['TEAMS', 'DAY#2026-07-14'],
    ['TEAM#', 'DAY#2026-07-14'],
    ['TEAM#blue', 'WEEK#2026-29'],
  ])('is not %s / %s', (pk, sk) => {
    expect(parseTotalKey({ pk, sk })).toBeUndefined();
  });
});
