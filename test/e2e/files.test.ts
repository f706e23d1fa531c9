import { appendFileSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../infra/local/sample/random.ts';
import { makeSampleDay, makeSampleFacts } from '../../infra/local/sample/sample.ts';
import {
  allCosts,
  besidesUnpriced,
  ingestOutput,
  makeFolder,
  runTollbook,
  startOutput,
  startTollbook,
} from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const DAY = '2026-11-18';
const LINES = [...makeSampleDay({ seed: 'files', company: makeSampleFacts('files').company, day: DAY })];

async function ingest(name: string, files: readonly string[]) {
  const run = await runTollbook(['ingest', '--json', '--data', place.path(name), ...files]);
  expect(run.code).toBe(0);
  expect(besidesUnpriced(run.stderr)).toBe('');
  return ingestOutput.parse(JSON.parse(run.stdout));
}

describe('ingesting files', () => {
  it('gives byte-identical reports for the same lines twice, shuffled, re-cut and gzipped', async () => {
    const plain = place.write('plain.log', LINES.join('\n'));
    const once = await ingest('plain', [plain]);
    const reports = await allCosts(place.path('plain'));

    const twice = await ingest('plain', [plain]);
    expect(twice).toMatchObject({
      lines: once.lines,
      posted: 0,
      costUsd: '0',
      quarantined: once.quarantined,
    });
    expect(await allCosts(place.path('plain'))).toEqual(reports);

    const shuffled = seededRandom('shuffle').shuffle([...LINES, ...LINES.slice(0, 300)]);
    const parts = [shuffled.slice(0, 1), shuffled.slice(1, 18), shuffled.slice(18, 900), shuffled.slice(900)];
    const files = parts.map((part, index) =>
      place.write(`part${index}.log.gz`, gzipSync(`${part.join('\n')}\n`)),
    );
    await ingest('shuffled', files);
    expect(await allCosts(place.path('shuffled'))).toEqual(reports);
  });

  it('counts every line as exactly one thing, and says why one is quarantined', async () => {
    const good = LINES.find((line) => line.includes('"requestId"') && line.includes('inputTokenCount')) ?? '';
    const bad = [
      'plain text of some program',
      good.slice(0, 200),
      '{"level":"info"}',
      good.replace(/"inputTokenCount":\d+/, '"inputTokenCount":-5'),
      good.replace(/"inputTokenCount":\d+/, '"inputTokenCount":1.5'),
      good.replace(/"inputTokenCount":\d+/, '"inputTokenCount":1e300'),
      good.replace(/"requestId":"/, '"requestId":"a#b'),
      good.replace(/"requestId":"/, '"requestId":"a\\u0007b'),
      good.replace(/"timestamp":"\d{4}/, '"timestamp":"2099'),
      `${'['.repeat(150_000)}${']'.repeat(150_000)}`,
      `{"a":${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}}`,
      `${'x'.repeat(1_100_000)}`,
    ];
    const file = place.write('bad.log', [...bad, good, ''].join('\n'));
    const counts = await ingest('bad', [file]);
    expect(counts).toMatchObject({ lines: bad.length + 1, posted: 1, quarantined: bad.length });

    const shown = await runTollbook(['ingest', '--data', place.path('bad'), file]);
    for (const reason of [
      'not_json',
      'bad_token_count',
      'bad_identifier',
      'future_date',
      'line_too_long',
      'unknown_schema',
    ]) {
      expect(shown.stdout).toContain(reason);
    }
  });

  it('takes users, teams and budgets from a YAML file, and alerts on its budgets', async () => {
    const config = place.write(
      'tollbook.yaml',
      'users:\n  bo@example.com: { team: tools, businessUnit: it, lead: li@example.com }\nbudgets:\n  - { team: tools, month: 0.01 USD }\n',
    );
    const line = {
      schema: 'tollbook.v1',
      id: 'one',
      at: `${DAY}T10:00:00Z`,
      model: 'global.anthropic.claude-sonnet-5-5',
      user: 'bo@example.com',
      usage: { inputTokens: 1_000, outputTokens: 1_000 },
    };
    const file = place.write('own.log', JSON.stringify(line));
    const run = await runTollbook([
      'start',
      '--once',
      '--json',
      '--data',
      place.path('own'),
      '--config',
      config,
      '--logs',
      file,
    ]);
    const output = startOutput.parse(JSON.parse(run.stdout));
    // 1,000 x 2 USD + 1,000 x 10 USD per million tokens = 0.012 USD, 120% of the budget.
    expect(output.costs.team).toEqual([expect.objectContaining({ team: 'tools', costUsd: '0.012' })]);
    expect(output.alerts.flatMap(({ threshold }) => threshold ?? []).sort()).toEqual([100, 80]);
  });

  it('follows a growing file', async () => {
    const [first = '', second = '', third = ''] = LINES.filter((line) => line.includes('inputTokenCount'));
    const file = place.write('growing.log', `${first}\n${second.slice(0, 100)}`);
    const running = startTollbook([
      'start',
      '--port',
      '0',
      '--data',
      place.path('growing'),
      '--logs',
      file,
      '--follow',
    ]);
    await running.stderrHas(/Serving on/);
    appendFileSync(file, `${second.slice(100)}\n${third}\n`);
    await running.stderrHas(/growing\.log: 2 requests posted/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  });
});
