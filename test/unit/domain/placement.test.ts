import { describe, expect, it } from 'vitest';
import { findOverlap, firstDifference, type Placement } from '../../../shared/domain/placement.ts';

const UNTIL: Placement = { team: 'blue', to: '2026-07-14' };
const FROM: Placement = { team: 'red', from: '2026-07-14' };

describe('findOverlap', () => {
  it.each<[string, readonly Placement[], object | undefined]>([
    ['one placement', [{ team: 'blue' }], undefined],
    ['two that meet', [UNTIL, FROM], undefined],
    ['two that meet, the later first', [FROM, UNTIL], undefined],
    ['a gap', [UNTIL, { team: 'red', from: '2026-07-20' }], undefined],
    ['one day shared', [{ team: 'blue', to: '2026-07-15' }, FROM], { index: 1, day: '2026-07-14' }],
    ['two without dates', [{ team: 'blue' }, { team: 'red' }], { index: 1, day: '0000-01-01' }],
    [
      'the third within the first',
      [UNTIL, FROM, { from: '2026-01-01', to: '2026-02-01' }],
      { index: 2, day: '2026-01-01' },
    ],
    ['no day at all', [{ from: '2026-07-14', to: '2026-07-14' }], { index: 0, day: '2026-07-14' }],
  ])('%s', (_, placements, overlap) => {
    expect(findOverlap(placements)).toStrictEqual(overlap);
  });
});

describe('firstDifference', () => {
  it.each<[string, readonly Placement[], readonly Placement[], string | undefined]>([
    ['the same', [UNTIL, FROM], [UNTIL, FROM], undefined],
    ['the same in another order', [UNTIL, FROM], [FROM, UNTIL], undefined],
    ['a move from a day on', [{ team: 'blue' }], [UNTIL, FROM], '2026-07-14'],
    ['a move that is taken back', [UNTIL, FROM], [{ team: 'blue' }], '2026-07-14'],
    ['another team since ever', [{ team: 'blue' }], [{ team: 'red' }], '0000-01-01'],
    ['a new user', [], [FROM], '2026-07-14'],
    ['a cost centre', [{ team: 'blue' }], [{ team: 'blue', costCentre: 'c' }], '0000-01-01'],
    [
      'a lead moves nothing',
      [{ team: 'blue' }],
      [{ team: 'blue', lead: 'zoe', tier: 'free', roles: ['x'] }],
      undefined,
    ],
    ['an end that comes earlier', [UNTIL], [{ team: 'blue', to: '2026-07-10' }], '2026-07-10'],
    [
      'one entry cut in two that say the same',
      [{ team: 'red' }],
      [{ team: 'red', to: '2026-07-14' }, FROM],
      undefined,
    ],
  ])('%s', (_, before, after, day) => {
    expect(firstDifference(before, after)).toBe(day);
  });
});
