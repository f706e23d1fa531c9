import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../infra/local/sample/random.ts';
import { makeSampleDay, makeSampleFacts } from '../../infra/local/sample/sample.ts';
import { allCosts, makeFolder, runTollbook, startOutput, startTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const { company } = makeSampleFacts('crash');
const DAYS = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19'];
const LINES = DAYS.flatMap((day) => [
  ...makeSampleDay({ seed: 'crash', company, day, hasRunaway: day === '2026-11-19' }),
]);
const file = place.write('crash.log', LINES.join('\n'));
const config = place.write('crash.yaml', 'budgets:\n  - { team: payments, month: 100 USD }\n');
const args = (data: string) => [
  'start',
  '--once',
  '--json',
  '--config',
  config,
  '--logs',
  file,
  '--data',
  place.path(data),
];

describe('a start that is killed', () => {
  it('is finished by the next one: totals and alerts as if nothing had happened', async () => {
    const calm = await runTollbook(args('calm'));
    const expected = startOutput.parse(JSON.parse(calm.stdout));
    const reports = await allCosts(place.path('calm'));

    const random = seededRandom('kill');
    let kills = 0;
    for (let round = 0; round < 6; round += 1) {
      const running = startTollbook(args('killed'));
      await Promise.race([sleep(random.int(350, 1_400)), running.ended]);
      if (running.child.exitCode === null) kills += 1;
      running.child.kill('SIGKILL');
      await running.ended;
    }
    expect(kills).toBeGreaterThan(0);

    const last = startOutput.parse(JSON.parse((await runTollbook(args('killed'))).stdout));
    expect(last.costs).toEqual(expected.costs);
    expect(last.alerts.map(({ alertId }) => alertId).sort()).toEqual(
      expected.alerts.map(({ alertId }) => alertId).sort(),
    );
    expect(await allCosts(place.path('killed'))).toEqual(reports);
  });
});
