import { expect, it } from 'vitest';
import { totalCost } from '../../shared/domain/metrics.ts';
import { type UsageRecord, usageOfRecord } from '../../shared/domain/usageRecord.ts';
import { loadPriceBook } from '../../shared/pricing/loadPriceBook.ts';
import { priceRecord } from '../../shared/pricing/priceRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import type { RecordStore } from '../../shared/store/recordStore.ts';
import { type RepriceOptions, repriceRecords } from '../../shared/store/repriceRecords.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { figuresOf, readLines, readRecords, sumMetrics } from './readLedger.ts';

/** A price book of one model, or of two, at so many USD for a million tokens. */
function bookOf(prices: Readonly<Record<string, string>>) {
  return loadPriceBook({
    version: '2026-07-01-0123abcd',
    sources: { page: { title: 'A page', checked: '2026-07-01' } },
    models: Object.entries(prices).map(([model, price]) => ({
      model,
      vendor: 'anthropic',
      bedrockIds: [`anthropic.${model}`],
      apiIds: [model],
      serviceTiers: ['standard'],
      rows: [
        {
          scope: 'inRegion',
          from: '2026-01-01',
          to: null,
          promptTokensAbove: 0,
          usdPerMillion: { input: price, output: price },
          source: 'page',
          isVerified: true,
        },
      ],
    })),
  });
}

const OLD_BOOK = bookOf({ known: '2' });
const NEW_BOOK = bookOf({ known: '3', fresh: '5' });
const EVERYTHING: RepriceOptions = { range: { from: '0000-01-01', to: '9999-12-31' }, isDryRun: false };

/** 40 requests of two models over two days, priced by the old book, which knows one of them. */
const RECORDS: readonly UsageRecord[] = makeRecords(40, (index) => ({
  day: index % 3 === 0 ? '2026-07-13' : '2026-07-14',
  startedAt: `${index % 3 === 0 ? '2026-07-13' : '2026-07-14'}T10:00:00.000Z`,
  modelId: index % 2 === 0 ? 'anthropic.known' : 'anthropic.fresh',
  user: `user-${index % 4}`,
})).map((record) => {
  const { unpricedReason: _none, ...rest } = record;
  return { ...rest, ...priceRecord(OLD_BOOK, usageOfRecord(record)) };
});

async function openLedgerOfOldPrices(open: () => Promise<{ stores: Stores }>): Promise<Stores> {
  const { stores } = await open();
  await stores.totals.openDays(RECORDS);
  for (const record of RECORDS) await stores.records.post([record], POSTING);
  return stores;
}

function dependenciesOf(stores: Stores, records: RecordStore = stores.records) {
  return { ...stores, records, priceBook: NEW_BOOK, posting: () => POSTING, pause: async () => {} };
}

onBothStores(({ openLedger }) => {
  it('prices what had no price and what has another one, and leaves lines the sum of records', async () => {
    const stores = await openLedgerOfOldPrices(openLedger);
    const models = await repriceRecords(EVERYTHING, dependenciesOf(stores));
    // 20 requests of 10 tokens each: 20 x 10 x 2 = 400 USD for a million before, x 3 = 600 after, x 5 = 1,000.
    expect(models.get('known')).toMatchObject({
      records: 20,
      changed: 20,
      beforePicoUsd: 400_000_000n,
      afterPicoUsd: 600_000_000n,
    });
    expect(models.get('fresh')).toMatchObject({
      unpricedBefore: 20,
      unpricedAfter: 0,
      afterPicoUsd: 1_000_000_000n,
    });

    const lines = sumMetrics(await readLines(stores.totals));
    expect(lines).toMatchObject({
      requests: 40,
      unpriced: 0,
      costPicoUsd: { input: 1_120_000_000n, output: 480_000_000n },
    });
    const records = await readRecords(stores.records, RECORDS);
    expect(records.reduce((sum, { costPicoUsd }) => sum + costPicoUsd.input + costPicoUsd.output, 0n)).toBe(
      1_600_000_000n,
    );
  });

  it('changes nothing the second time, or on a dry run', async () => {
    const stores = await openLedgerOfOldPrices(openLedger);
    const before = await readLines(stores.totals);
    const dry = await repriceRecords({ ...EVERYTHING, isDryRun: true }, dependenciesOf(stores));
    expect(dry.get('fresh')).toMatchObject({ changed: 20 });
    expect(await readLines(stores.totals)).toEqual(before);

    await repriceRecords(EVERYTHING, dependenciesOf(stores));
    const after = await readLines(stores.totals);
    const again = await repriceRecords(EVERYTHING, dependenciesOf(stores));
    expect([...again.values()].map(({ changed }) => changed)).toEqual([0, 0]);
    expect(await readLines(stores.totals)).toEqual(after);
  });

  it('goes on where it died, as if it had not', async () => {
    const whole = await openLedgerOfOldPrices(openLedger);
    await repriceRecords(EVERYTHING, dependenciesOf(whole));
    const expected = figuresOf(await readLines(whole.totals));

    const stores = await openLedgerOfOldPrices(openLedger);
    let left = 7;
    const dying: RecordStore = {
      ...stores.records,
      revise: async (revision, posting) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return stores.records.revise(revision, posting);
      },
    };
    await expect(repriceRecords(EVERYTHING, dependenciesOf(stores, dying))).rejects.toThrow('killed');
    await repriceRecords(EVERYTHING, dependenciesOf(stores));
    expect(figuresOf(await readLines(stores.totals))).toEqual(expected);
  });

  it('leaves a sealed day as it was and corrects today, once', async () => {
    const stores = await openLedgerOfOldPrices(openLedger);
    await closePeriods(closingOf(stores, POSTING.now));
    const later = new Date('2026-07-20T09:00:00.000Z');
    expect(await closePeriods(closingOf(stores, later))).toMatchObject({ sealedDays: 2 });
    const sealed = figuresOf(await readLines(stores.totals));
    const today = { ...dependenciesOf(stores), posting: () => ({ ...POSTING, now: later }) };

    await repriceRecords(EVERYTHING, today);
    await repriceRecords(EVERYTHING, today);
    const lines = await readLines(stores.totals);
    expect(figuresOf(lines.filter(({ day }) => day < '2026-07-20'))).toEqual(sealed);
    // 400 millionths of a USD before the prices changed, 1,600 after; the difference is of today.
    expect(totalCost(sumMetrics(lines.filter(({ day }) => day === '2026-07-20')).costPicoUsd)).toBe(
      1_200_000_000n,
    );
    expect(await stores.seals.correctionsOn('2026-07-20')).toHaveLength(40);
    expect(await stores.seals.correctionsOf('2026-07-13')).toHaveLength(14);
    expect(await stores.seals.correctionsOf('2026-07-14')).toHaveLength(26);
  });

  it('keeps to the days and the model that it is given, and files what it replaced', async () => {
    const { stores, findAudit } = await openLedger();
    await stores.totals.openDays(RECORDS);
    for (const record of RECORDS) await stores.records.post([record], POSTING);
    const options = {
      range: { from: '2026-07-13', to: '2026-07-13' },
      isWanted: ({ model }: UsageRecord) => model === 'anthropic.fresh' || model === 'fresh',
      isDryRun: false,
    };
    const models = await repriceRecords(options, dependenciesOf(stores));
    const wanted = RECORDS.filter(
      ({ day, modelId }) => day === '2026-07-13' && modelId === 'anthropic.fresh',
    );
    expect([...models].map(([model, { records }]) => [model, records])).toEqual([['fresh', wanted.length]]);
    const [first] = wanted;
    if (first === undefined) throw new Error('no record of that day and model');
    expect(await findAudit(first, 1)).toEqual({
      replaced: first,
      reason: 'repriced with 2026-07-01-0123abcd',
    });
    expect(await stores.records.find(first)).toMatchObject({ rev: 2, model: 'fresh' });
  });
});
