import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

function line(id: string, day: string, user: string, team?: string): string {
  const usage = { inputTokens: 1_000, outputTokens: 100 };
  return JSON.stringify({
    ...{ schema: 'tollbook.v1', id, at: `${day}T10:00:00Z`, model: 'claude-sonnet-5-5', usage, user },
    ...(team === undefined ? {} : { team }),
  });
}

const LOG = place.write(
  'gateway.log',
  [
    line('1', '2026-11-19', 'ada@example.com'),
    line('2', '2026-11-20', 'ada@example.com'),
    line('3', '2026-11-20', 'ada@example.com', 'green'),
    line('4', '2026-11-20', 'bob@example.com'),
  ].join('\n'),
);
const BEFORE = place.write('before.yaml', 'users:\n  ada@example.com: { team: blue }\n');
const AFTER = place.write(
  'after.yaml',
  `users:
  ada@example.com:
    - { team: blue, to: 2026-11-20 }
    - { team: red, from: 2026-11-20, department: sales }
  bob@example.com: { team: blue }
`,
);
const data = ['--data', place.path('ledger')];

async function teams(): Promise<unknown> {
  const { stdout } = await runTollbook(['costs', '--by', 'team', '--json', ...data]);
  return JSON.parse(stdout).rows.map(({ team, requests }: { team: string; requests: number }) => [
    team,
    requests,
  ]);
}

describe('tollbook directory', () => {
  it('moves what is recorded once it is told to, and not before', async () => {
    await runTollbook(['ingest', '--config', BEFORE, LOG, ...data]);
    expect(await teams()).toStrictEqual([
      ['blue', 2],
      ['green', 1],
      ['unattributed', 1],
    ]);
    const again = await runTollbook(['ingest', '--config', AFTER, LOG, ...data]);
    expect(again.stderr).toContain(
      `2 people are placed elsewhere than before. What is recorded of them stays until it is moved: tollbook directory apply ${AFTER}\n`,
    );
    expect(await teams()).toStrictEqual([
      ['blue', 2],
      ['green', 1],
      ['unattributed', 1],
    ]);
  });

  it('shows first what would move', async () => {
    const { code, stdout } = await runTollbook(['directory', 'apply', '--dry-run', AFTER, ...data]);
    expect(code).toBe(0);
    // 1,000 tokens at 2 USD and 100 at 10 USD a million are 0.003 USD.
    expect(stdout).toBe(
      [
        '2 users in the file, 0 new or changed; 3 recorded requests would move.',
        '',
        '  FROM          TO                                             REQUESTS     COST',
        '  blue          red                                                   1  $0.0030',
        '  green         green (other unit, department or cost centre)         1  $0.0030',
        '  unattributed  blue                                                  1  $0.0030',
        '',
      ].join('\n'),
    );
  });

  it('moves it, once', async () => {
    const { stdout } = await runTollbook(['directory', 'apply', '--json', AFTER, ...data]);
    expect(JSON.parse(stdout)).toStrictEqual({
      dryRun: false,
      users: 2,
      changed: 0,
      currency: 'USD',
      moves: [
        { from: 'blue', to: 'red', records: 1, costUsd: '0.003' },
        { from: 'green', to: 'green', records: 1, costUsd: '0.003' },
        { from: 'unattributed', to: 'blue', records: 1, costUsd: '0.003' },
      ],
    });
    expect(await teams()).toStrictEqual([
      ['blue', 2],
      ['green', 1],
      ['red', 1],
    ]);
    const second = await runTollbook(['directory', 'apply', AFTER, ...data]);
    expect(second.stdout).toBe('2 users in the file, 0 new or changed; 0 recorded requests moved.\n');
  });

  it('lists who belongs where, and since when', async () => {
    const { stdout } = await runTollbook(['directory', 'list', ...data]);
    expect(stdout).toBe(
      [
        '  USER             FROM        THROUGH     TEAM  DEPARTMENT',
        '  ada@example.com              2026-11-19  blue',
        '  ada@example.com  2026-11-20              red   sales',
        '  bob@example.com                          blue',
        '',
      ].join('\n'),
    );
    const one = await runTollbook(['directory', 'list', '--user', 'bob@example.com', '--json', ...data]);
    expect(JSON.parse(one.stdout)).toStrictEqual({ user: 'bob@example.com', placements: [{ team: 'blue' }] });
    const nobody = await runTollbook(['directory', 'list', '--user', 'zed', ...data]);
    expect(nobody).toMatchObject({ code: 2, stderr: 'tollbook: the directory knows no user "zed"\n' });
  });

  it.each([
    [
      'two teams on one day',
      'users:\n  ada:\n    - { team: blue, to: 2026-11-22 }\n    - { team: red, from: 2026-11-21 }\n',
      ':4:7: users.ada.1: is a second placement for 2026-11-21; end the other with "to: 2026-11-21", the first day that is not part of it',
    ],
    [
      'an end before the beginning',
      'users:\n  ada: { team: blue, from: 2026-11-22, to: 2026-11-22 }\n',
      ':2:8: users.ada: ends on 2026-11-22, before it begins; "to" is the first day that is not part of it',
    ],
    [
      'no day',
      'users:\n  ada:\n    - { team: blue, to: 2026-02-30 }\n',
      ':3:25: users.ada.0.to: is no day of the form YYYY-MM-DD',
    ],
    ['an unknown key', 'users:\n  ada: { taem: blue }\n', 'Unrecognized key: "taem"'],
  ])('refuses %s, with line and column', async (_, text, message) => {
    const file = place.write('wrong.yaml', text);
    const { code, stdout, stderr } = await runTollbook(['directory', 'validate', file]);
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says that a file is right', async () => {
    const { code, stdout } = await runTollbook(['directory', 'validate', AFTER]);
    expect({ code, stdout }).toStrictEqual({ code: 0, stdout: `${AFTER}: 2 users, no mistakes.\n` });
  });
});
