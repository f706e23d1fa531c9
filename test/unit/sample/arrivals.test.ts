import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivalQueue } from '../../../infra/local/sample/arrivals.ts';

function takeAll(queue: ArrivalQueue): string[] {
  const lines: string[] = [];
  for (let next = queue.takeBefore(Infinity); next !== undefined; next = queue.takeBefore(Infinity)) {
    lines.push(next.line);
  }
  return lines;
}

describe('ArrivalQueue', () => {
  it.each([
    [999, undefined],
    [1_000, undefined],
    [1_001, 'line'],
  ])('gives a line of moment 1000 before %i: %s', (untilMs, line) => {
    const queue = new ArrivalQueue();
    queue.add({ atMs: 1_000, line: 'line' });
    expect(queue.takeBefore(untilMs)?.line).toBe(line);
  });

  it('gives lines by time, and those of one moment in the order in which they were added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new ArrivalQueue();
        const added = times.map((atMs, index) => ({ atMs, line: `${index}` }));
        for (const arrival of added) queue.add(arrival);
        const expected = added.toSorted((a, b) => a.atMs - b.atMs).map(({ line }) => line);
        expect(takeAll(queue)).toEqual(expected);
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('keeps its order when lines are added between takings', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 9 }))), (rounds) => {
        const queue = new ArrivalQueue();
        const taken: number[] = [];
        for (const [round, delays] of rounds.entries()) {
          for (const delay of delays) queue.add({ atMs: round * 10 + delay, line: '' });
          for (let next = queue.takeBefore(round * 10 + 5); next; next = queue.takeBefore(round * 10 + 5)) {
            taken.push(next.atMs);
          }
        }
        for (let next = queue.takeBefore(Infinity); next; next = queue.takeBefore(Infinity))
          taken.push(next.atMs);
        expect(taken).toEqual(taken.toSorted((a, b) => a - b));
        expect(taken).toHaveLength(rounds.flat().length);
      }),
    );
  });
});
