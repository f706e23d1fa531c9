import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pauseAfterContention } from '../../../shared/runtime/pause.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('pauseAfterContention', () => {
  // The ceiling is 20 ms times 2 to the power of the attempt, and a second at most; all of it is drawn here.
  it.each([
    [0, 20],
    [1, 40],
    [2, 80],
    [5, 640],
    [6, 1_000],
    [7, 1_000],
    [2_000, 1_000],
  ])('waits by the draw up to a growing ceiling: attempt %i, %i ms', async (attempt, pauseMs) => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const over = vi.fn();
    const pause = pauseAfterContention(attempt).then(over);
    await vi.advanceTimersByTimeAsync(pauseMs - 1);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(over).toHaveBeenCalledOnce();
    await pause;
  });

  it('waits differently for a different draw, so that competitors part', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.25).mockReturnValueOnce(0.75);
    const ends: string[] = [];
    const pauses = [
      pauseAfterContention(4).then(() => ends.push('a quarter')),
      pauseAfterContention(4).then(() => ends.push('three quarters')),
    ];
    await vi.advanceTimersByTimeAsync(80);
    expect(ends).toEqual(['a quarter']);
    await vi.advanceTimersByTimeAsync(160);
    await Promise.all(pauses);
    expect(ends).toEqual(['a quarter', 'three quarters']);
  });
});
