import { appendFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { backfillSources, type SourceCursor, sourceCursor } from '../../../infra/local/backfillSources.ts';
import { CursorFile } from '../../../infra/local/cursorFile.ts';
import { EMPTY_TALLY, Ingest } from '../../../infra/local/ingestFiles.ts';
import { readPayload } from '../../../shared/formats/envelope.ts';
import { makeFolder } from '../../e2e/tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const eventSchema = z.object({ awslogs: z.object({ data: z.string() }) });

/** Backfills files; `onDelivery` sees how many lines were delivered so far, and gives whether to stop. */
async function backfill(
  files: readonly string[],
  cursor?: SourceCursor,
  onDelivery: (lines: number) => boolean = () => false,
) {
  const stopping = new AbortController();
  const seen: string[] = [];
  const saved: SourceCursor[] = [];
  const ingest = new Ingest({
    invoke: async (_name, event) => {
      const payload = readPayload(eventSchema.parse(event).awslogs.data);
      const events = payload.kind === 'data' ? payload.events : [];
      seen.push(...events.map(({ message }) => message));
      if (onDelivery(seen.length)) stopping.abort();
      return { ...EMPTY_TALLY, lines: events.length };
    },
  });
  const sources = files.map((file) => ({ kind: 'file', file }) as const);
  const save = (next: SourceCursor) => void saved.push(next);
  await backfillSources(sources, { ingest, cursor, signal: stopping.signal, save });
  return { seen, last: saved.at(-1) };
}

const linesOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

it('goes on within a file after a stop, and delivers every line once', async () => {
  const first = place.write('first.log', linesOf('a', 30).join('\n'));
  const second = place.write('second.log', linesOf('b', 45_000).join('\n'));
  const stopped = await backfill([first, second], undefined, (lines) => lines > 10_000);
  expect(stopped.last).toMatchObject({ source: 1, file: { lines: 20_000 } });
  const rest = await backfill([first, second], stopped.last);
  expect(rest.last).toEqual({ source: 2 });
  expect([...stopped.seen, ...rest.seen].sort()).toEqual(
    [...linesOf('a', 30), ...linesOf('b', 45_000)].sort(),
  );
  expect((await backfill([first, second], rest.last)).seen).toEqual([]);
});

it('reads a file from its start that has changed since', async () => {
  const file = place.write('changed.log', linesOf('a', 25_000).join('\n'));
  const stopped = await backfill([file], undefined, () => true);
  expect(stopped.seen).toHaveLength(20_000);
  appendFileSync(file, '\na-25000');
  expect((await backfill([file], stopped.last)).seen).toHaveLength(25_001);
});

it('reads an empty file to its end', async () => {
  expect(await backfill([place.write('empty.log', '')])).toEqual({ seen: [], last: { source: 1 } });
});

it('keeps a cursor for each work, and none of a file that is broken', () => {
  const open = (job: string) => new CursorFile(place.path('cursors'), { job }, sourceCursor);
  expect(open('one').read()).toBeUndefined();
  open('one').write({ source: 1, lastKey: 'a' });
  open('one').write({ source: 2 });
  expect([open('one').read(), open('two').read()]).toEqual([{ source: 2 }, undefined]);
  open('one').write({ source: Number.NaN });
  expect(open('one').read()).toBeUndefined();
  open('one').remove();
  open('one').remove();
  expect(open('one').read()).toBeUndefined();
});
