import { describe, expect, it } from 'vitest';
import { type Failures, retryAt } from '../../../../shared/domain/alerts/retryDelivery.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');

function waitMs(failures: Partial<Failures>): number | undefined {
  const at = retryAt({ attempts: 1, failingSince: NOW, now: NOW, jitter: 0, ...failures });
  return at === undefined ? undefined : at.getTime() - (failures.now ?? NOW).getTime();
}

describe('retryAt', () => {
  it.each([
    [1, 15_000],
    [2, 30_000],
    [3, 60_000],
    [8, 1_920_000],
    [9, 3_600_000],
    [10, 3_600_000],
    [1_000_000, 3_600_000],
  ])('waits after %i failures %i ms', (attempts, ms) => {
    expect(waitMs({ attempts })).toBe(ms);
  });

  it.each([
    [0, 15_000],
    [0.5, 16_875],
    [0.999_999, 18_749],
  ])('spreads by up to a quarter: %d', (jitter, ms) => {
    expect(waitMs({ jitter })).toBe(ms);
  });

  it('is never longer than an hour, spread or not', () => {
    expect(waitMs({ attempts: 9, jitter: 0.9 })).toBe(3_600_000);
  });

  it.each([
    [14_999, 15_000],
    [15_000, 15_000],
    [15_001, 15_001],
    [3_600_000, 3_600_000],
  ])('waits at least as long as the channel asks for: %i ms', (afterMs, ms) => {
    expect(waitMs({ afterMs })).toBe(ms);
  });

  it.each([
    [86_400_000 - 3_600_001, 3_600_000],
    [86_400_000 - 3_600_000, 3_600_000],
    [86_400_000 - 3_599_999, undefined],
    [86_400_001, undefined],
  ])('gives up when the next try were a day after the first: failing for %i ms', (sinceMs, ms) => {
    expect(waitMs({ attempts: 20, now: new Date(NOW.getTime() + sinceMs) })).toBe(ms);
  });

  it('goes on when the clock has jumped back', () => {
    expect(waitMs({ now: new Date(NOW.getTime() - 3_600_000) })).toBe(15_000);
  });
});
