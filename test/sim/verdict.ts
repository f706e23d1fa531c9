import type { Outcome, SimulationOptions } from './simulate.ts';

const PICO_DIGITS = 12;

/** What a simulation tells whoever started it: what happened, and whether every promise was kept. */
export function verdictText(options: SimulationOptions, outcome: Outcome): string {
  return [headline(options), '', ...table(rowsOf(outcome)), '', ...verdictOf(options, outcome), ''].join(
    '\n',
  );
}

function headline({ seed, events, faultRate, duplicateRate, revisionRate }: SimulationOptions): string {
  const rates = [
    `${percent(faultRate)} faults`,
    `${percent(duplicateRate)} duplicates`,
    `${percent(revisionRate)} revisions`,
  ];
  return `seed ${seed}: ${whole(events)} events, ${rates.join(', ')}`;
}

type Row = readonly [name: string, count: number];

function rowsOf({ tally, ...outcome }: Outcome): Row[] {
  return [
    ['requests', outcome.requests],
    ['sightings of them in logs', outcome.sightings],
    ['lines in quarantine', outcome.quarantined],
    ['corrections of sealed days', outcome.corrections],
    ['days sealed', outcome.sealedDays],
    ['months sealed', outcome.sealedMonths],
    ['alerts', outcome.alerts],
    ...tally.starting(''),
    ['steps of virtual time', outcome.steps],
  ];
}

function table(rows: readonly Row[]): string[] {
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const countWidth = Math.max(...rows.map(([, count]) => whole(count).length));
  return rows.map(([name, count]) => `  ${name.padEnd(nameWidth)}  ${whole(count).padStart(countWidth)}`);
}

function verdictOf({ seed }: SimulationOptions, outcome: Outcome): string[] {
  const { lost, double, driftPicoUsd, violations } = outcome;
  const [first] = violations;
  const figures = `lost ${whole(lost)}, counted twice ${whole(double)}, drift ${usdText(driftPicoUsd)} USD`;
  if (first === undefined) return [figures, 'Every promise was kept.'];
  return [
    figures,
    `A promise was broken: seed ${seed}, step ${whole(first.step)}.`,
    ...violations.map(({ invariant, detail, step }) => `  ${invariant} (step ${whole(step)}): ${detail}`),
  ];
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}

/** All twelve decimals: a drift of one pico-USD must be seen. */
function usdText(picoUsd: bigint): string {
  const digits = picoUsd.toString().padStart(PICO_DIGITS + 1, '0');
  return `${digits.slice(0, -PICO_DIGITS)}.${digits.slice(-PICO_DIGITS)}`;
}
