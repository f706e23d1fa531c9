import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BurstWindow, decodeTimes, encodeTimes } from '../../../../shared/domain/policy/burst.ts';

const THREE_A_MINUTE = { limit: 3, windowMs: 60_000 };
const START = 1_800_000_000_000;

/** Lets a request go only if there is room, as a rule that refuses does. */
function ask(window: BurstWindow, nowMs: number): boolean {
  if (window.recent(nowMs).count >= window.shape.limit) return false;
  window.add(nowMs);
  return true;
}

describe('a burst window', () => {
  it.each([
    ['the first', [], START, 0, undefined],
    ['one below the limit', [0, 1_000], START + 2_000, 2, undefined],
    ['at the limit', [0, 1_000, 2_000], START + 2_000, 3, START + 60_000],
    ['just before the first leaves', [0, 1_000, 2_000], START + 59_999, 3, START + 60_000],
    ['when the first leaves', [0, 1_000, 2_000], START + 60_000, 2, undefined],
    ['just before the second leaves', [0, 1_000, 2_000], START + 60_999, 2, undefined],
    ['when the second leaves', [0, 1_000, 2_000], START + 61_000, 1, undefined],
    ['above the limit, where nothing is refused', [0, 1, 2, 3, 4], START + 10, 3, START + 60_002],
  ])('counts %s', (_, offsets, nowMs, count, freesAtMs) => {
    const window = new BurstWindow(THREE_A_MINUTE);
    for (const offset of offsets) window.add(START + offset);
    expect(window.recent(nowMs)).toEqual(freesAtMs === undefined ? { count } : { count, freesAtMs });
  });

  it('takes back a request that did not go', () => {
    const window = new BurstWindow(THREE_A_MINUTE);
    for (const offset of [0, 1]) window.add(START + offset);
    window.remove(window.add(START + 2));
    expect(window.recent(START + 3)).toEqual({ count: 2 });
  });

  it('never has room where nothing may go', () => {
    const window = new BurstWindow({ limit: 0, windowMs: 1_000 });
    window.add(START);
    expect(window.recent(START)).toEqual({ count: 0 });
  });

  it('blocks for one window at most when the clock goes back by a day', () => {
    const window = new BurstWindow(THREE_A_MINUTE);
    for (const offset of [0, 1_000, 2_000]) window.add(START + offset);
    const earlier = START - 86_400_000;
    expect(window.recent(earlier)).toEqual({ count: 3, freesAtMs: earlier + 58_000 });
    expect(window.recent(earlier + 60_000)).toEqual({ count: 0 });
  });

  it('counts no less when the clock goes back a little', () => {
    const window = new BurstWindow(THREE_A_MINUTE);
    for (const offset of [0, 10_000, 20_000]) window.add(START + offset);
    expect(window.recent(START + 5_000)).toEqual({ count: 3, freesAtMs: START + 60_000 });
  });

  it('lets through exactly what a list of all requests would', () => {
    const requests = fc.array(fc.nat(3_000), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(
        requests,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 10_000 }),
        (steps, limit, windowMs) => {
          const window = new BurstWindow({ limit, windowMs });
          const gone: number[] = [];
          let nowMs = START;
          for (const step of steps) {
            nowMs += step;
            const within = gone.filter((time) => time > nowMs - windowMs);
            const mayGo = within.length < limit;
            const frees = window.recent(nowMs).freesAtMs;
            expect(frees === undefined).toBe(mayGo);
            if (frees !== undefined) {
              expect(gone.filter((time) => time > frees - windowMs)).toHaveLength(
                limit - 1 - tiesAt(gone, frees - windowMs),
              );
            }
            expect(ask(window, nowMs)).toBe(mayGo);
            if (mayGo) gone.push(nowMs);
          }
        },
      ),
    );
  });

  it('holds no more than its limit in any span, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 200 }), (steps) => {
        const window = new BurstWindow({ limit: 4, windowMs: 1_000 });
        let nowMs = START;
        for (const step of steps) {
          nowMs += step;
          ask(window, nowMs);
          const { times } = window;
          expect(times.length).toBeLessThanOrEqual(4);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
    );
  });
});

/** Of several requests of one millisecond all leave at once. */
function tiesAt(times: readonly number[], at: number): number {
  return times.filter((time) => time === at).length - 1;
}

describe('times as text', () => {
  it.each([
    [[], ''],
    [[36], '10'],
    [[36, 36, 72], '10.0.10'],
    [[1_800_000_000_000, 1_800_000_000_035], 'mywpiww0.z'],
  ])('writes %j as %j', (times, text) => {
    expect(encodeTimes(times)).toBe(text);
    expect(decodeTimes(text)).toEqual(times);
  });

  it.each(['.', '1.', 'A', '1,2', '-1', ' ', 'zzzzzzzzzzzz'])('refuses %j', (text) => {
    expect(decodeTimes(text)).toBeUndefined();
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(Number.MAX_SAFE_INTEGER), { maxLength: 50 }), (times) => {
        const sorted = [...times].sort((a, b) => a - b);
        expect(decodeTimes(encodeTimes(sorted))).toEqual(sorted);
      }),
    );
  });
});
