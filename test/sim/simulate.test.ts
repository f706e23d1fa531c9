import { describe, expect, it } from 'vitest';
import { type Outcome, type SimulationOptions, simulate } from './simulate.ts';
import { simulateTwice } from './twice.ts';
import { verdictText } from './verdict.ts';

const OPTIONS: SimulationOptions = {
  seed: 4,
  faultSeed: 1,
  events: 60,
  faultRate: 0.1,
  duplicateRate: 0.3,
  revisionRate: 0.3,
};

describe('a simulation', () => {
  it('takes the same course each time it is run with the same seeds', async () => {
    const [once, again] = [await simulate(OPTIONS), await simulate(OPTIONS)];
    expect(again.steps).toBe(once.steps);
    expect(again.digests).toEqual(once.digests);
    expect(again.tally.starting('')).toEqual(once.tally.starting(''));
  });

  it('takes another course under other faults and ends with the same books', async () => {
    const [once, other] = [await simulate(OPTIONS), await simulate({ ...OPTIONS, faultSeed: 2 })];
    expect(other.steps).not.toBe(once.steps);
    expect(other.digests).toEqual(once.digests);
    expect((await simulateTwice(OPTIONS)).violations).toEqual([]);
  });

  it('logs other events with another seed', async () => {
    const [once, other] = [await simulate(OPTIONS), await simulate({ ...OPTIONS, seed: 5 })];
    expect(other.digests).not.toEqual(once.digests);
  });

  it('meets what it is there to meet', async () => {
    const outcome = await simulate({ ...OPTIONS, events: 200 });
    expect(outcome.violations).toEqual([]);
    expect(outcome.requests).toBeGreaterThanOrEqual(150);
    const { sightings, quarantined, corrections, sealedDays, sealedMonths, alerts } = outcome;
    expect(sightings).toBeGreaterThan(150);
    for (const count of [quarantined, corrections, sealedDays, sealedMonths, alerts])
      expect(count).toBeGreaterThan(0);
    for (const name of [
      'not sent',
      'answer lost',
      'landed late',
      'throttled',
      'conflict',
      'server error',
      'slow',
    ])
      expect(outcome.tally.of(`fault: ${name}`), name).toBeGreaterThan(0);
    for (const name of [
      'deaths: ingestLogs',
      'events delivered again',
      'items deleted by TTL',
      'granted of a hard budget',
    ])
      expect(outcome.tally.of(name), name).toBeGreaterThan(0);
  });

  it('meets no fault at a rate of 0', async () => {
    const { violations, tally } = await simulate({ ...OPTIONS, faultRate: 0 });
    expect(violations).toEqual([]);
    expect(tally.starting('fault')).toEqual([]);
    expect(tally.starting('deaths')).toEqual([]);
  });
});

describe('the verdict', () => {
  it('states loss, double counts and drift to the pico-USD', async () => {
    const text = verdictText(OPTIONS, await simulate({ ...OPTIONS, parts: 1 }));
    expect(text).toContain('seed 4: 60 events, 10.0 % faults, 30.0 % duplicates, 30.0 % revisions');
    expect(text).toContain('lost 0, counted twice 0, drift 0.000000000000 USD');
    expect(text).toContain('Every promise was kept.');
  });

  it('names the seed and the step at which a promise was broken', async () => {
    const sound = await simulate({ ...OPTIONS, parts: 1 });
    const broken: Outcome = {
      ...sound,
      lost: 1,
      driftPicoUsd: 1n,
      violations: [{ invariant: '2 once', detail: 'record a is lost', step: 1_234 }],
    };
    const text = verdictText(OPTIONS, broken);
    expect(text).toContain('lost 1, counted twice 0, drift 0.000000000001 USD');
    expect(text).toContain('A promise was broken: seed 4, step 1,234.');
    expect(text).toContain('2 once (step 1,234): record a is lost');
  });
});
