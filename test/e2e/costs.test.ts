import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
const SONNET = 'global.anthropic.claude-sonnet-5-5';

/** 1,000 input tokens of Claude Sonnet 5.5 are 1,000 x 2 USD per million = 0.002 USD. */
const line = (id: string, at: string, more: object) =>
  JSON.stringify({
    schema: 'tollbook.v1',
    ...{ id, at, model: SONNET, usage: { inputTokens: 1_000 } },
    ...more,
  });

beforeAll(async () => {
  const file = place.write(
    'gateway.log',
    [
      line('1', '2026-09-30T21:59:59Z', { user: 'ann', team: 'blue', department: 'games' }),
      line('2', '2026-09-30T22:00:00Z', { user: 'ann', team: 'blue', project: 'minutes' }),
      line('3', '2026-10-01T09:00:00Z', {
        user: 'bob',
        team: 'red',
        department: 'games',
        costCentre: 'cc-1',
      }),
      line('4', '2026-10-05T09:30:00Z', { user: 'cid', team: 'red', entrypoint: 'cli', model: 'our-model' }),
    ].join('\n'),
  );
  const run = await runTollbook(['ingest', '--data', data, file]);
  expect(run.code, run.stderr).toBe(0);
});
afterAll(place.remove);

async function costs(...args: string[]) {
  const run = await runTollbook(['costs', '--data', data, ...args]);
  expect(run.code, run.stderr).toBe(0);
  return run.stdout;
}

const output = z.object({ rows: z.array(z.record(z.string(), z.unknown())), others: z.unknown().optional() });

async function rowsOf(...args: string[]): Promise<unknown[][]> {
  const { rows } = output.parse(JSON.parse(await costs('--json', ...args)));
  return rows.map(({ costUsd, requests, ...row }) => [Object.values(row)[0], costUsd, requests]);
}

describe('tollbook costs', () => {
  it.each<[string, unknown[][]]>([
    [
      'department',
      [
        ['-', '0.002', 2],
        ['games', '0.004', 2],
      ],
    ],
    [
      'week',
      [
        ['2026-W40', '0.006', 3],
        ['2026-W41', '0', 1],
      ],
    ],
    [
      'month',
      [
        ['2026-09', '0.004', 2],
        ['2026-10', '0.002', 2],
      ],
    ],
    [
      'costCentre',
      [
        ['-', '0.004', 3],
        ['cc-1', '0.002', 1],
      ],
    ],
  ])('groups by %s', async (by, rows) => {
    expect((await rowsOf('--by', by)).sort()).toEqual(rows);
  });

  it('cuts days at the midnights of a place', async () => {
    expect(await rowsOf('--by', 'day', '--tz', 'Europe/Berlin')).toEqual([
      ['2026-09-30', '0.002', 1],
      ['2026-10-01', '0.004', 2],
      ['2026-10-05', '0', 1],
    ]);
    const october = ['--from', '2026-10-01', '--to', '2026-10-31', '--tz', 'Europe/Berlin'];
    expect(await rowsOf('--by', 'user', ...october)).toEqual([
      ['ann', '0.002', 1],
      ['bob', '0.002', 1],
      ['cid', '0', 1],
    ]);
  });

  it('shows the hours of the day, in UTC unless another zone is asked for', async () => {
    expect(await rowsOf('--by', 'hour')).toEqual([
      ['09:00', '0.002', 2],
      ['21:00', '0.002', 1],
      ['22:00', '0.002', 1],
    ]);
    expect(await costs('--by', 'hour', '--tz', 'Europe/Berlin')).toMatch(
      /00:00 +\$0\.0020 +1\n.*days and hours of Europe\/Berlin.*most requests in the hour from 11:00/s,
    );
  });

  it('shows one team, with the gaps of that team', async () => {
    const blue = await costs('--by', 'user', '--team', 'blue');
    expect(blue).toMatch(/ann +\$0\.0040 +2/);
    expect(blue).not.toContain('no price');
    expect(await costs('--by', 'user', '--team', 'red')).toContain('1 request has no price');
  });

  it('shows the dearest names and says how many more there are', async () => {
    expect(await costs('--by', 'user', '--top', '1')).toMatch(
      /ann.*total +\$0\.0060 +4.*\(2 more; the total counts all\)/s,
    );
    const { others } = output.parse(JSON.parse(await costs('--by', 'project', '--top', '1', '--json')));
    expect(others).toMatchObject({ names: 1, costUsd: '0.002', requests: 1 });
  });

  it.each([
    [['--by', 'day', '--tz', 'Asia/Kolkata'], 'clocks of Asia/Kolkata are not whole hours from UTC'],
    [['--by', 'hour', '--tz', 'Mars'], 'there is no time zone "Mars"'],
    [['--by', 'week', '--top', '3'], '--top is for names'],
    [['--by', 'user', '--top', '3', '--tz', 'UTC'], '--top does not go with --tz'],
    [['--by', 'user', '--top', '0'], 'give a number from 1'],
    [['--by', 'colour'], 'Allowed choices are'],
  ])('refuses %j with the reason, as wrong use', async (args, reason) => {
    const run = await runTollbook(['costs', '--data', data, ...args]);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(reason) });
  });
});
