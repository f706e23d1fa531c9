import { expect, it } from 'vitest';
import { ingestLogs, makeRecords } from '../../functions/ingestLogs.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import type { QuarantinedLine } from '../../shared/store/quarantineStore.ts';
import { type ReplayOptions, replayQuarantine } from '../../shared/store/replayQuarantine.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { readLines, sumMetrics } from './readLedger.ts';

const RETENTION = { now: POSTING.now, retentionDays: 90 };
const DAYS = ['2026-07-13', '2026-07-14'];

/** A line that a decoder of an earlier version did not know; without an id it is known by its log event. */
const usageLine = (id?: string) =>
  JSON.stringify({
    ...(id === undefined ? {} : { id }),
    timestamp: '2026-07-14T09:00:00Z',
    model: 'claude-sonnet-5-5',
    usage: { input_tokens: 1_000, output_tokens: 10 },
  });

function lineOf(eventId: string, line: string, parts: Partial<QuarantinedLine> = {}): QuarantinedLine {
  const [day = ''] = DAYS.slice(-1);
  const place = { logGroup: '/gateway', logStream: 'one', day };
  return { eventId, reason: 'unknown_schema', detail: 'no known format', line, ...place, ...parts };
}

async function fill({ quarantine }: Stores, lines: readonly QuarantinedLine[]): Promise<void> {
  for (const line of lines) await quarantine.put(line, RETENTION);
}

function replay(stores: Stores, options: Partial<ReplayOptions> = {}) {
  const work = { stores, priceBook: bundledPriceBook(), posting: POSTING, pause: async () => {} };
  const dependencies = {
    ...stores,
    ...work,
    makeRecords: (usages: Parameters<typeof makeRecords>[0]) => makeRecords(usages, work),
  };
  return replayQuarantine({ isDryRun: false, ...options }, dependencies);
}

const readDay = ({ records }: Stores) => Array.fromAsync(records.ofDay('2026-07-14'));

const openIds = async ({ quarantine }: Stores) => {
  const lines = await Promise.all(DAYS.map((day) => quarantine.ofDay(day, 1_000)));
  return lines
    .flat()
    .filter(({ replayedAt }) => replayedAt === undefined)
    .map(({ eventId }) => eventId);
};

onBothStores(({ openLedger }) => {
  it('posts what can be read now, once, and lets it leave the quarantine', async () => {
    const { stores } = await openLedger();
    await fill(stores, [
      lineOf('a', usageLine('req-1')),
      lineOf('b', usageLine(), { day: '2026-07-13' }),
      lineOf('c', '{"still":"unknown"}'),
      lineOf('d', '{"event":{"name":"claude_code.user_prompt"}}', { reason: 'bad_field' }),
    ]);
    const first = await replay(stores);
    expect(first).toMatchObject({ lines: 4, left: 2, posted: { posted: 2, duplicates: 0 } });
    expect(first.unreadable).toMatchObject({ unknown_schema: 2 });
    expect((await openIds(stores)).sort()).toEqual(['c', 'd']);
    expect((await stores.quarantine.find('2026-07-14', 'a'))?.replayedAt).toBe('2026-07-14T12:00:00.000Z');
    const second = await replay(stores);
    expect(second).toMatchObject({ lines: 2, left: 0, posted: { posted: 0, duplicates: 0 } });
    expect(sumMetrics(await readLines(stores.totals)).requests).toBe(2);
  });

  it('posts under the id that the line had, so that a redelivery counts nothing', async () => {
    const { stores } = await openLedger();
    const event = { id: '301', timestamp: Date.parse('2026-07-14T09:00:00Z'), message: usageLine() };
    const delivery = subscriptionEvent({ logGroup: '/gateway', logStream: 'one', logEvents: [event] });
    const work = { stores, priceBook: bundledPriceBook(), posting: POSTING, pause: async () => {} };
    await ingestLogs(delivery, work);
    const [record] = await readDay(stores);
    await fill(stores, [lineOf(record?.requestId ?? '', event.message)]);
    expect(await replay(stores)).toMatchObject({ left: 1, posted: { posted: 0, duplicates: 1 } });
    expect(await ingestLogs(delivery, work)).toMatchObject({ posted: 0, duplicates: 1 });
  });

  it('finishes what a crash between posting and marking left', async () => {
    const { stores } = await openLedger();
    await fill(stores, [lineOf('a', usageLine('req-1')), lineOf('b', usageLine('req-2'))]);
    const quarantine = {
      ...stores.quarantine,
      markReplayed: async () => {
        throw new Error('the process died');
      },
    };
    await expect(replay({ ...stores, quarantine })).rejects.toThrow('the process died');
    expect(await openIds(stores)).toEqual(['a', 'b']);
    expect(await replay(stores)).toMatchObject({ left: 2, posted: { posted: 0, duplicates: 2 } });
    expect(sumMetrics(await readLines(stores.totals)).requests).toBe(2);
    expect(await openIds(stores)).toEqual([]);
  });

  it('leaves lines whose bytes were removed, and says where they still are', async () => {
    const { stores } = await openLedger();
    const redacted = usageLine('req-1').replace('{', '{"messages":"[removed]",');
    await fill(stores, [
      lineOf('a', redacted),
      lineOf('b', `${usageLine('req-2').slice(0, -1)},"pad":"${'x'.repeat(2_000)}`.slice(0, 2_048)),
      lineOf('c', '', { logGroup: '-', logStream: '-', day: '2026-07-13' }),
      lineOf('d', redacted, { day: '2026-07-13' }),
    ]);
    const counts = await replay(stores);
    expect(counts).toMatchObject({ lines: 4, left: 0, unreadable: {} });
    expect([...counts.incomplete]).toEqual([
      ['-', { lines: 1, from: '2026-07-13', to: '2026-07-13' }],
      ['/gateway', { lines: 3, from: '2026-07-13', to: '2026-07-14' }],
    ]);
    expect(await openIds(stores)).toHaveLength(4);
    expect(await readDay(stores)).toEqual([]);
  });

  it.each([
    ['a day', { day: '2026-07-13' }, ['a', 'c']],
    ['a reason', { reason: 'bad_field' }, ['a', 'b']],
    ['a dry run', { isDryRun: true }, ['a', 'b', 'c']],
    ['a stop after the first line', { signal: AbortSignal.abort() }, ['a', 'c']],
  ])('keeps to %s', async (_name, options, left) => {
    const { stores } = await openLedger();
    await fill(stores, [
      lineOf('a', usageLine('req-1')),
      lineOf('b', usageLine('req-2'), { day: '2026-07-13' }),
      lineOf('c', usageLine('req-3'), { reason: 'bad_field' }),
    ]);
    await replay(stores, options);
    expect((await openIds(stores)).sort()).toEqual(left);
  });

  it('handles more lines than one step holds', async () => {
    const { stores } = await openLedger();
    await fill(
      stores,
      Array.from({ length: 201 }, (_, index) => lineOf(`e-${index}`, usageLine(`req-${index}`))),
    );
    expect(await replay(stores)).toMatchObject({ left: 201, posted: { posted: 201 } });
    expect(await openIds(stores)).toEqual([]);
  });

  it('marks a line once, and lets one be that has expired', async () => {
    const { quarantine } = (await openLedger()).stores;
    await quarantine.put(lineOf('a', 'x'), RETENTION);
    await quarantine.markReplayed({ day: '2026-07-14', eventId: 'a' }, new Date('2026-07-15T00:00:00Z'));
    await quarantine.markReplayed({ day: '2026-07-14', eventId: 'a' }, new Date('2026-07-16T00:00:00Z'));
    await quarantine.markReplayed({ day: '2026-07-14', eventId: 'gone' }, new Date());
    expect(await quarantine.ofDay('2026-07-14', 10)).toStrictEqual([
      lineOf('a', 'x', { replayedAt: '2026-07-15T00:00:00.000Z' }),
    ]);
    expect(await quarantine.put(lineOf('a', 'x'), RETENTION)).toBe('known');
  });
});
