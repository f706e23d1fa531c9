import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, runTollbook, startTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const aFile = place.write('a-file', 'text');
const badYaml = place.write('bad.yaml', 'budgets:\n  - team: tools\n    month: -5 USD\n');
const strangeKey = place.write('strange.yaml', 'users: {}\nbudget: []\n');
const cutGzip = place.write('cut.log.gz', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x01]));

describe("a user's mistake", () => {
  it.each([
    ['a missing file', ['ingest', '/nowhere/at-all.log'], '/nowhere/at-all.log: no such file'],
    ['a folder for a file', ['ingest', place.folder], `${place.folder} is not a file`],
    ['a missing file at start', ['start', '--once', '--logs', 'missing.log'], 'missing.log: no such file'],
    [
      'a data folder that is a file',
      ['costs', '--by', 'team', '--data', aFile],
      `cannot use the data folder ${aFile}`,
    ],
    ['an unknown dimension', ['costs', '--by', 'planet'], "'planet' is invalid. Allowed choices are "],
    [
      'a day that is none',
      ['costs', '--by', 'day', '--from', '2026-02-30'],
      '--from 2026-02-30: give a day as YYYY-MM-DD',
    ],
    [
      'days in the wrong order',
      ['costs', '--by', 'day', '--from', '2026-02-02', '--to', '2026-02-01'],
      'is after --to',
    ],
    ['a port that is none', ['start', '--port', 'http'], 'give a number from 0 to 65535'],
    ['an unknown command', ['ingets', 'x.log'], 'Did you mean ingest?'],
    ['following nothing', ['start', '--follow'], '--follow needs files'],
    ['a wrong config', ['ingest', aFile, '--config', badYaml], `${badYaml}:3:12: `],
    ['an unknown key', ['ingest', aFile, '--config', strangeKey], `${strangeKey}:2:1: `],
    [
      'a damaged gzip file',
      ['ingest', cutGzip, '--data', place.path('gz')],
      `${cutGzip}: the gzip data is damaged or cut`,
    ],
  ])('is told in a line, with exit code 2: %s', async (_name, args, message) => {
    const { code, stdout, stderr } = await runTollbook(args, { TOLLBOOK_UNUSED: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('is told for a taken port before anything is ingested', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, stderr } = await runTollbook(['start', '--port', port, '--data', place.path('port')]);
    server.close();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `tollbook: port ${port} is taken: give another one with --port\n`,
    });
    const costs = await runTollbook(['costs', '--by', 'team', '--json', '--data', place.path('port')]);
    expect(JSON.parse(costs.stdout).rows).toEqual([]);
  });
});

describe('a reader that leaves early', () => {
  it('ends the output without a complaint', async () => {
    const running = startTollbook(['prices', 'list']);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
