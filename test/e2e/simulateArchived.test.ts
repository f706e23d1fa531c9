import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { addDays, toDay } from '../../shared/domain/period.ts';
import { documentClient } from '../../shared/runtime/clients.ts';
import { recordKey } from '../../shared/store/keys.ts';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
const TODAY = toDay(new Date());
/** A day that is archived and has expired, one that has expired without, and one whose records are kept. */
const [ARCHIVED, LOST, KEPT] = [addDays(TODAY, -85), addDays(TODAY, -30), addDays(TODAY, -20)];
const RULE = 'user:*:day:requests';
const POLICY = place.write('policy.yaml', 'budgets: [{ user: "*", day: 2 requests, ladder: block }]\n');

/** 1,000 input tokens of Claude Sonnet 4.5 are 0.003 USD. */
const line = (id: string, day: string, clock: string) =>
  JSON.stringify({
    schema: 'tollbook.v1',
    ...{ id, at: `${day}T${clock}:00Z`, user: 'ann', team: 'blue' },
    model: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    usage: { inputTokens: 1_000 },
  });
const LINES = [
  ...['10:00', '10:01', '10:02', '10:03'].map((clock, index) => line(`a${index}`, ARCHIVED, clock)),
  line('l', LOST, '10:00'),
  line('k', KEPT, '10:00'),
];

let stack: Stack;

/** One more request for ann on the archived day, granted at its beginning and over at its end. */
async function grant({ increases }: Stack['stores']): Promise<void> {
  const startMs = Date.parse(`${ARCHIVED}T00:00:00Z`);
  const of = { budgetId: RULE, scopeId: 'ann' };
  const after = {
    ...{ ...of, id: 'i', amount: 1n, untilMs: startMs + 86_400_000, reason: 'release' },
    measure: 'requests',
    ...{ asked: { by: 'ann', atMs: startMs }, isAutomatic: true, approvals: [], grantedAtMs: startMs },
  } as const;
  await increases.put({ ...of, n: 0, increases: [] }, { before: undefined, after }, new Date());
}

beforeAll(async () => {
  stack = await openStack({ dataDir: data });
  const { code, stderr } = await runTollbook([
    'ingest',
    place.write('gateway.log', LINES.join('\n')),
    '--data',
    data,
  ]);
  expect(code, stderr).toBe(0);
  await stack.stores.seals.see({ kind: 'day', day: ARCHIVED }, new Date(`${ARCHIVED}T11:00:00Z`));
  await stack.invoke('closePeriods', {});
  expect(await stack.invoke('archiveRecords', {})).toMatchObject({ archivedDays: [ARCHIVED], records: 4 });
  for (const day of [ARCHIVED, LOST]) {
    for (const record of await Array.fromAsync(stack.stores.records.ofDay(day))) {
      const Key = recordKey(record);
      await documentClient().send(new DeleteCommand({ TableName: LOCAL_TABLES.recordsTable, Key }));
    }
  }
  await grant(stack.stores);
});
afterAll(async () => {
  await stack.stop();
  place.remove();
});

const reportSchema = z.looseObject({
  total: z.looseObject({ reject: z.looseObject({ requests: z.number() }) }),
});

async function simulate(...args: string[]) {
  const days = ['--from', ARCHIVED, '--to', TODAY];
  const run = ['budgets', 'simulate', '--policy', POLICY, ...days, '--data', data, ...args];
  const { code, stdout, stderr } = await runTollbook(run);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('budgets simulate on days whose records have expired', () => {
  it('reads them from the archive, counts what was granted then, and says what is gone', async () => {
    const report: unknown = JSON.parse(await simulate('--json'));
    expect(reportSchema.parse(report)).toMatchObject({
      days: 3,
      requests: 5,
      daysWithoutRecords: [LOST],
      sources: [
        { day: ARCHIVED, from: 'archive', requests: 4, missing: 0 },
        { day: LOST, from: 'none', requests: 0 },
        { day: KEPT, from: 'ledger', requests: 1 },
      ],
      increases: 1,
      total: { reject: { requests: 1, costUsd: '0.003' } },
    });
    const text = await simulate();
    expect(text).toContain(
      `over 3 days: 5 requests worth $0.02\n${ARCHIVED}: came from the archive.\n${LOST}: not replayed, as no records are left.\n1 granted increase counted, each while it was in force.\n`,
    );
  });

  it('leaves out what was granted when it is told to', async () => {
    const report: unknown = JSON.parse(await simulate('--json', '--without-increases'));
    expect(reportSchema.parse(report)).toMatchObject({ increases: 0, total: { reject: { requests: 2 } } });
  });

  it('replays nothing of a damaged archive, and says so', async () => {
    const folder = place.path('ledger/archive/records');
    const [name = ''] = readdirSync(folder);
    writeFileSync(`${folder}/${name}`, readFileSync(`${folder}/${name}`).fill(1, 20, 24));
    const text = await simulate();
    expect(text).toContain(`${ARCHIVED}, ${LOST}: not replayed, as no records are left.\n`);
    expect(text).toContain(`${ARCHIVED}: the archive is damaged, and was left out.\n`);
  });
});
