import { formatCount } from '../../cli/output/table.ts';
import type { Scope } from '../../shared/domain/total.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { benchDay, dayOfLines, oneTeamCompany } from './company.ts';
import type { Figure } from './figure.ts';
import { ITEM_KINDS } from './itemKind.ts';
import { withMemoryLedger } from './ledger.ts';
import { applyFacts, meteredDay, UNSPENT } from './meteredDay.ts';
import { MeteredStack } from './meteredStack.ts';
import { sum } from './statistics.ts';
import { streamBatchFigures } from './streamBatches.ts';

/** List prices of on-demand tables in most regions, USD per million units. */
const USD_PER_MILLION = { writes: 0.625, reads: 0.125 } as const;

const DELIVERIES = [
  { lines: 10, mostWriteUnits: 4.4 },
  { lines: 1_000, mostWriteUnits: 3.0 },
];
const TEAM_PEOPLE = 200;

/** What a request costs in units of DynamoDB, counted on everything the functions send. */
export async function units(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { lines, mostWriteUnits } of DELIVERIES) {
    figures.push(...(await dayFigures(lines, mostWriteUnits)));
  }
  return [...figures, ...(await streamBatchFigures()), ...(await rollUpFigures())];
}

async function dayFigures(linesPerDelivery: number, mostWriteUnits: number): Promise<Figure[]> {
  const { posted, lineChanges, units: billed } = await meteredDay(linesPerDelivery);
  const writes = sum(Object.values(billed.writes)) / posted;
  const reads = billed.reads / posted;
  const costUsd = writes * USD_PER_MILLION.writes + reads * USD_PER_MILLION.reads;
  const figure = (name: string, value: number): Figure => ({
    benchmark: 'units',
    name: `deliveries of ${formatCount(linesPerDelivery)}: ${name}`,
    value,
    digits: 2,
  });
  return [
    ...ITEM_KINDS.map((kind) => ({
      ...figure(`writes of ${kind}`, billed.writes[kind] / posted),
      digits: 3,
    })),
    { ...figure('all writes per request', writes), target: { atMost: mostWriteUnits } },
    figure('all reads per request', reads),
    figure('USD per million requests', costUsd),
    figure('line changes per request', lineChanges / posted),
  ];
}

/**
 * The reads of one run of `rollUp` for one team-day in the evening. Of a month it reads every day so far, so
 * it is counted twice: on a month's first day, and on the last.
 */
function rollUpFigures(): Promise<Figure[]> {
  return withMemoryLedger(async ({ client, stores }) => {
    const company = oneTeamCompany(TEAM_PEOPLE);
    await applyFacts(company, stores, { limitPicoUsd: UNSPENT });
    const stack = new MeteredStack(client);
    const streamBatch = { logLines: Number.POSITIVE_INFINITY };
    await stack.deliver(dayOfLines(company), { linesPerDelivery: 1_000, streamBatch });
    await stack.carryAll();
    const team = company.teams[0]?.id ?? '';
    const name = `reads of one rollUp, a team-day of ${TEAM_PEOPLE} users`;
    const first = await rollUpReads(stack, team);
    await fillMonth(stores, [{ kind: 'org' }, { kind: 'team', id: team }]);
    const last = await rollUpReads(stack, team);
    return [
      { benchmark: 'units', name, value: first, target: { below: 60 } },
      { benchmark: 'units', name: `${name}, last of a month`, value: last },
    ];
  });
}

async function rollUpReads(stack: MeteredStack, team: string): Promise<number> {
  const before = stack.meter.units.reads;
  await stack.rollUpTeamDay(team, benchDay(0));
  return stack.meter.units.reads - before;
}

/** Gives every other day of the month the totals of the one day that was posted. */
async function fillMonth({ totals }: Stores, scopes: readonly Scope[]): Promise<void> {
  for (const scope of scopes) {
    const total = await totals.find(scope, { kind: 'day', day: benchDay(0) });
    if (total === undefined) throw new Error('The day has no total.');
    for (let day = 1; day <= 31; day += 1) {
      const period = {
        kind: 'day',
        day: `${benchDay(0).slice(0, 8)}${String(day).padStart(2, '0')}`,
      } as const;
      if (period.day !== benchDay(0)) await totals.put({ ...total, period });
    }
  }
}
