import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FetchPage, type LogCursor, readLogPages } from '../../../infra/aws/logPages.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-18T12:00:00Z');
const SPAN = { logGroup: '/gateway', fromMs: NOON, toMs: NOON + 36 * HOUR_MS };

function refused(): Error {
  return Object.assign(new Error('The specified nextToken is invalid.'), {
    name: 'InvalidParameterException',
  });
}

/** Answers with empty pages, `pagesOf(window)` of them for each window; tokens are page numbers. */
function fetcher(pagesOf: (fromMs: number) => number) {
  const asked: { fromMs: number; toMs: number; token?: string }[] = [];
  const fetchPage: FetchPage = async ({ logGroup: _same, ...request }) => {
    asked.push(request);
    const page = Number(request.token ?? '0') + 1;
    return { events: [], ...(page < pagesOf(request.fromMs) ? { nextToken: String(page) } : {}) };
  };
  return { asked, fetchPage };
}

async function readAll(fetchPage: FetchPage, cursor?: LogCursor, nowMs = NOON) {
  const resumed = cursor === undefined ? {} : { cursor };
  const pages = await Array.fromAsync(readLogPages(SPAN, { ...resumed, fetchPage, nowMs: () => nowMs }));
  return pages.map(({ after }) => after);
}

describe('reading a log group', () => {
  it('cuts the span at UTC days, without a gap and without an overlap', async () => {
    const { asked, fetchPage } = fetcher(() => 1);
    const cursors = await readAll(fetchPage);
    expect(asked.map(({ fromMs, toMs }) => [(fromMs - NOON) / HOUR_MS, (toMs - NOON) / HOUR_MS])).toEqual([
      [0, 12],
      [12, 36],
    ]);
    expect(cursors).toEqual([{ windowFromMs: NOON + 12 * HOUR_MS }, undefined]);
  });

  it('goes on over empty pages while there is a token', async () => {
    const { asked, fetchPage } = fetcher(() => 3);
    expect(await readAll(fetchPage)).toHaveLength(6);
    expect(asked.map(({ token }) => token)).toEqual([undefined, '1', '2', undefined, '1', '2']);
  });

  it.each([
    [23 * HOUR_MS - 1, '1'],
    [23 * HOUR_MS, undefined],
    [23 * HOUR_MS + 1, undefined],
  ])('uses a token that is %i ms old as %s', async (ageMs, token) => {
    const { asked, fetchPage } = fetcher(() => 3);
    await readAll(fetchPage, { windowFromMs: NOON, token: '1', tokenAtMs: NOON }, NOON + ageMs);
    expect(asked[0]?.token).toBe(token);
  });

  it('begins a window anew when its token is refused, and only then', async () => {
    const { asked, fetchPage } = fetcher(() => 2);
    let refusals = 0;
    const picky: FetchPage = async (request) => {
      if (request.token !== 'old') return fetchPage(request);
      refusals += 1;
      throw refused();
    };
    const cursor = { windowFromMs: NOON, token: 'old', tokenAtMs: NOON };
    expect(await readAll(picky, cursor)).toHaveLength(4);
    expect(refusals).toBe(1);
    expect(asked[0]).toEqual({ fromMs: NOON, toMs: NOON + 12 * HOUR_MS });
    const alwaysRefused = async () => {
      throw refused();
    };
    await expect(readAll(alwaysRefused, cursor)).rejects.toThrow('nextToken is invalid');
    await expect(readAll(alwaysRefused)).rejects.toThrow('nextToken is invalid');
  });

  it('does not read a page for ever', async () => {
    const stuck: FetchPage = async () => ({ events: [], nextToken: 'same' });
    await expect(readAll(stuck)).rejects.toThrow('the same page of /gateway twice');
  });

  it('reads every page once, wherever it is interrupted', async () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    await fc.assert(
      fc.asyncProperty(counts, fc.nat(9), async ([first, second], stopAfter) => {
        const { asked, fetchPage } = fetcher((fromMs) => (fromMs === NOON ? first : second));
        let cursor: LogCursor | undefined;
        let pages = 0;
        for await (const { after } of readLogPages(SPAN, { fetchPage, nowMs: () => NOON })) {
          cursor = after;
          pages += 1;
          if (pages > stopAfter) break;
        }
        if (cursor !== undefined) await readAll(fetchPage, cursor);
        expect(asked).toHaveLength(first + second);
        expect(new Set(asked.map((request) => JSON.stringify(request))).size).toBe(first + second);
      }),
    );
  });
});
