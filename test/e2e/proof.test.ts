import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { addDays, monthOfDay, toDay } from '../../shared/domain/period.ts';
import { documentClient } from '../../shared/runtime/clients.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { lineKey } from '../../shared/store/keys.ts';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
const TODAY = toDay(new Date());
/** A day whose records are kept, one of which they expire within a week, and one of which they have expired. */
const [KEPT, DUE, EXPIRED] = [addDays(TODAY, -20), addDays(TODAY, -85), addDays(TODAY, -120)];
const SONNET = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** 1,000 input tokens of Claude Sonnet 4.5 are 1,000 x 3 USD per million = 0.003 USD. */
const line = (id: string, day: string, user: string) =>
  JSON.stringify({
    schema: 'tollbook.v1',
    ...{ id, at: `${day}T10:00:00Z`, model: SONNET, user, team: 'blue' },
    usage: { inputTokens: 1_000 },
  });

const LINES = [
  line('1', KEPT, 'ann'),
  line('2', KEPT, 'ann'),
  line('3', KEPT, 'bob'),
  line('4', DUE, 'ann'),
  line('5', DUE, 'bob'),
  line('6', EXPIRED, 'ann'),
];

/** The ledger as its functions see it, in this process; the command lines join its engine. */
let stack: Stack;

const run = (...args: string[]) => runTollbook([...args, '--data', data]);

beforeAll(async () => {
  stack = await openStack({ dataDir: data });
  const ingested = await run('ingest', place.write('gateway.log', LINES.join('\n')));
  expect(ingested.code, ingested.stderr).toBe(0);
  // Each day as if its logs had come when they were written.
  for (const day of [DUE, EXPIRED]) {
    await stack.stores.seals.see({ kind: 'day', day }, new Date(`${day}T11:00:00Z`));
  }
});
afterAll(async () => {
  await stack.stop();
  place.remove();
});

describe('tollbook verify', () => {
  it('proves all days whose records are kept, and says which it left out', async () => {
    const { code, stdout, stderr } = await run('verify');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.split('\n').map((row) => row.trim().split(/\s{2,}/));
    expect(rows).toContainEqual([KEPT, '3', '2', '$0.0090', '$0.0090', '$0.0090', '0', 'open']);
    expect(rows).toContainEqual([DUE, '2', '2', '$0.0060', '$0.0060', '$0.0060', '0', 'open']);
    expect(stdout).toMatch(/Holds: 2 days and [12] months?, to the last pico-USD\.\n1 older day left out/);
  });

  it('proves a day whose records have expired from its lines on, and says so', async () => {
    const { code, stdout } = await run('verify', '--day', EXPIRED);
    expect(code).toBe(0);
    expect(stdout).toMatch(/- +1 +- +\$0\.0030 +\$0\.0030 +0 +open +records expired/);
    expect(stdout).toContain('1 day proven from lines to totals and seal only: records have expired.');
  });

  it.each([
    [['--month', monthOfDay(KEPT)], [KEPT]],
    [['--from', DUE, '--to', DUE], [DUE]],
    [['--day', addDays(KEPT, 1)], []],
  ])('takes %j as the days to prove', async (flags, days) => {
    const { code, stdout } = await run('verify', '--json', ...flags);
    const proof: { holds: boolean; days: { day: string }[] } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(proof.holds).toBe(true);
    expect(proof.days.map(({ day }) => day)).toEqual(expect.arrayContaining(days));
    if (days.length === 0) expect(proof.days).toEqual([]);
  });

  it.each([
    [['verify', '--day', '2026-02-29'], '--day 2026-02-29: give a day as YYYY-MM-DD'],
    [['verify', '--month', '2026-13'], '--month 2026-13: give a month as YYYY-MM'],
    [
      ['verify', '--month', '2026-10', '--day', '2026-10-01'],
      'give one of --day, --month, or --from with --to',
    ],
    [['verify', '--from', '2026-10-02', '--to', '2026-10-01'], '--from 2026-10-02 is after --to 2026-10-01'],
    [['rebuild', '--day', 'today'], '--day today: give a day as YYYY-MM-DD'],
    [['rebuild', '--day', '2020-01-01'], '--day 2020-01-01: the ledger has no use on this day'],
    [['rebuild'], "required option '--day <day>' not specified"],
    [['archive', 'verify', '--day', 'x'], '--day x: give a day as YYYY-MM-DD'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('a line that somebody took away', () => {
  it('is found by verify, reported and mended by reconcile, and then gone', async () => {
    const { totals } = stack.stores;
    const bobs = (await totals.linesOfTeamDay('blue', KEPT)).find(({ user }) => user === 'bob');
    if (bobs === undefined) throw new Error('no line');
    const command = new DeleteCommand({ TableName: LOCAL_TABLES.totalsTable, Key: lineKey(bobs) });
    await documentClient().send(command);
    const found = await run('verify', '--day', KEPT);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/line blue bob claude-sonnet-4-5 +requests +1 +0\n/);
    expect(found.stdout).toMatch(/line blue bob claude-sonnet-4-5 +input cost +0\.003 +0\n/);
    expect(found.stdout).toMatch(/DRIFT: \d+ figures not as it ought to be\./);
    expect((await run('verify', '--from', DUE, '--to', DUE)).code).toBe(0);
    const json = JSON.parse((await run('verify', '--day', KEPT, '--json')).stdout);
    expect(json).toMatchObject({ holds: false, days: [{ recordsUsd: '0.009', linesUsd: '0.006' }] });

    const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    const { invoke } = stack;
    expect(await invoke('reconcile', {})).toMatchObject({ repairedLines: 1, rebuiltDays: [KEPT] });
    const [metrics] = warn.mock.calls.map(([, fields]) => fields);
    expect(metrics).toMatchObject({
      FunctionName: 'tollbook-local-reconcile',
      LedgerDrifts: expect.toSatisfy((drifts) => drifts >= 1),
      LedgerDriftPicoUsd: expect.toSatisfy((picoUsd) => picoUsd >= 3_000_000_000),
    });
    warn.mockClear();
    expect(await invoke('reconcile', {})).toMatchObject({ drifts: 0, driftUsd: '0', repairedLines: 0 });
    const told = warn.mock.calls.map(([, fields]) => fields);
    expect(told).not.toContainEqual(
      expect.objectContaining({ LedgerDrifts: expect.anything(), UnprovenDays: 0 }),
    );
    warn.mockRestore();
    expect((await run('verify')).code).toBe(0);
  });
});

describe('tollbook rebuild', () => {
  it("makes a day's totals again, and says that they are the same", async () => {
    const { code, stdout } = await run('rebuild', '--day', DUE);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Made \\d+ totals of ${DUE} again: all are the same\\.\n$`));
  });

  it('shows which were wrong', async () => {
    const scope = { kind: 'team', id: 'blue' } as const;
    const { totals } = stack.stores;
    const total = await totals.find(scope, { kind: 'day', day: DUE });
    if (total === undefined) throw new Error('no total');
    await totals.replace({ ...total, metrics: { ...total.metrics, requests: 7 } });
    expect((await run('verify', '--day', DUE)).stdout).toMatch(/team#blue +requests +2 +7\n/);
    const json = JSON.parse((await run('rebuild', '--day', DUE, '--json')).stdout);
    expect(json).toMatchObject({
      same: false,
      changed: [{ scope: 'team#blue', before: { requests: 7 }, after: { requests: 2, costUsd: '0.006' } }],
    });
    expect((await run('verify', '--day', DUE)).code).toBe(0);
  });
});

describe('tollbook archive', () => {
  it('lists nothing as long as nothing is archived', async () => {
    expect(await run('archive', 'list')).toMatchObject({ code: 0, stdout: 'No day is archived.\n' });
  });

  it('lists and verifies what archiveRecords archived, and says what was missing', async () => {
    const warn = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    const { invoke } = stack;
    await invoke('closePeriods', {});
    expect(await invoke('archiveRecords', {})).toMatchObject({
      archivedDays: [EXPIRED, DUE],
      records: 3,
      expiredDays: [EXPIRED],
    });
    expect(await invoke('archiveRecords', {})).toMatchObject({ archivedDays: [], expiredDays: [] });
    const metrics = warn.mock.calls.map(([, fields]) => fields);
    expect(metrics).toContainEqual(
      expect.objectContaining({ ExpiredUnarchivedDays: 1, ArchiveFailedDays: 0, ArchiveMissingRecords: 0 }),
    );
    warn.mockRestore();
    const list = await run('archive', 'list');
    expect(list.stdout).toMatch(new RegExp(`${DUE} +2 +0 +\\$0\\.0060 +[\\d,]+ +[0-9a-f]{16} +${TODAY}T`));
    const verdict = await run('archive', 'verify');
    expect(verdict).toMatchObject({ code: 0, stderr: '' });
    expect(verdict.stdout).toContain('Holds: 2 archived, each as it was listed.');
    expect((await run('verify', '--day', DUE)).stdout).toContain('  holds');
  });

  it.each([
    ['changed', 'damaged', (path: string) => writeFileSync(path, readFileSync(path).fill(1, 20, 24))],
    ['deleted', 'missing', (path: string) => rmSync(path)],
  ])('exits with 1 when an object was %s', async (_name, outcome, harm) => {
    const folder = place.path('ledger/archive/records');
    const name = readdirSync(folder).find((each) => each.startsWith(DUE)) ?? '';
    harm(`${folder}/${name}`);
    const { code, stdout } = await run('archive', 'verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`  ${outcome}\n`);
    expect(stdout).toContain('1 of 2 archives not as listed.');
    const json = JSON.parse((await run('archive', 'verify', '--day', DUE, '--json')).stdout);
    expect(json).toMatchObject({ holds: false, archives: [{ day: DUE, outcome, missingRecords: 0 }] });
  });
});
