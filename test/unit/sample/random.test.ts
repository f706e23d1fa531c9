import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../infra/local/sample/random.ts';

describe('seededRandom', () => {
  it('gives the same ids on every machine', () => {
    const random = seededRandom('demo');
    expect([random.uuid(), random.hex(5), random.int(1, 1_000_000)]).toMatchInlineSnapshot(`
      [
        "4c182b51-a812-41ae-84b0-75f2e60be61e",
        "5310f",
        156924,
      ]
    `);
  });

  it('gives other choices for another seed, even one that differs in its last character', () => {
    const draws = (seed: string) => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random.hex(8));
    };
    expect(draws('demo|1')).toEqual(draws('demo|1'));
    expect(draws('demo|1').filter((draw) => draws('demo|2').includes(draw))).toEqual([]);
  });

  it('draws every whole number of a range, both ends included, and none outside', () => {
    const random = seededRandom('range');
    const drawn = new Set(Array.from({ length: 500 }, () => random.int(-1, 2)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
    expect(random.int(7, 7)).toBe(7);
  });

  it('spreads its numbers evenly over [0, 1)', () => {
    const random = seededRandom('even');
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const tenth = Math.floor(random.next() * 10);
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(1_850);
    expect(Math.max(...tenths)).toBeLessThan(2_150);
  });

  it.each([
    [0, 0],
    [1, 1],
    [7, 7],
    [8, 8],
    [9, 9],
    [32, 32],
  ])('writes %i hexadecimal digits', (digits, length) => {
    const text = seededRandom('hex').hex(digits);
    expect(text).toHaveLength(length);
    expect(text).toMatch(/^[0-9a-f]*$/);
  });

  it('chooses in proportion to the weights and never what weighs nothing', () => {
    const random = seededRandom('weights');
    const choices = [
      ['never', 0],
      ['often', 3],
      ['seldom', 1],
    ] as const;
    const drawn = Array.from({ length: 4_000 }, () => random.weighted(choices));
    const often = drawn.filter((value) => value === 'often').length;
    expect(drawn).not.toContain('never');
    expect(often).toBeGreaterThan(2_850);
    expect(often).toBeLessThan(3_150);
  });

  it('shuffles without losing or repeating anything, and leaves the list alone', () => {
    const list = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = seededRandom('shuffle').shuffle(list);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
    expect(list[0]).toBe(0);
  });

  it('repeats no id within or between thousands of streams', () => {
    const ids = new Set<string>();
    for (let stream = 0; stream < 4_000; stream += 1) {
      const random = seededRandom(`streams|${stream}`);
      for (let draw = 0; draw < 10; draw += 1) ids.add(random.uuid());
    }
    expect(ids.size).toBe(40_000);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('refuses to choose from nothing', () => {
    expect(() => seededRandom('x').pick([])).toThrow(RangeError);
    expect(() => seededRandom('x').weighted([])).toThrow(RangeError);
    expect(() => seededRandom('x').weighted([['weightless', 0]])).toThrow(RangeError);
  });
});
