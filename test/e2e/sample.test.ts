import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUsd } from '../../shared/domain/money.ts';
import { allCosts, costsOutput, makeFolder, type Run, runTollbook, startOutput } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
let first: Run;

beforeAll(async () => {
  first = await runTollbook(['start', '--once', '--json', '--data', data]);
});
afterAll(place.remove);

describe('a start with the bundled sample', () => {
  it('prints one object on stdout and nothing but progress on stderr', () => {
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^Ingesting the bundled sample of \d{4}-\d{2}-\d{2} to \d{4}-\d{2}-\d{2}\./);
    const { ingest } = startOutput.parse(JSON.parse(first.stdout));
    const { lines, posted, duplicates, revised, ignored, quarantined } = ingest;
    expect(posted).toBeGreaterThan(3_000);
    expect(posted + duplicates + revised + ignored + quarantined).toBe(lines);
    expect(Math.min(duplicates, revised, quarantined, ingest.unpriced)).toBeGreaterThan(0);
  });

  it('gives costs by team, user and model that add up to the cost posted, to the last digit', () => {
    const { ingest, costs } = startOutput.parse(JSON.parse(first.stdout));
    for (const rows of [costs.team, costs.user, costs.model]) {
      const sum = rows.reduce((total, { costUsd }) => total + (parseUsd(costUsd) ?? 0n), 0n);
      expect(sum).toBe(parseUsd(ingest.costUsd));
      expect(rows.reduce((total, { requests }) => total + requests, 0)).toBe(ingest.posted);
    }
    expect(costs.team.map(({ team }) => team).sort()).toEqual([
      'data-science',
      'mobile',
      'payments',
      'platform',
      'unattributed',
    ]);
  });

  it('alerts of one mark of a budget, and of the runaway day that led to it', () => {
    const { alerts } = startOutput.parse(JSON.parse(first.stdout));
    const of = (rule: string) => alerts.filter((alert) => alert.rule === rule);
    expect(of('budget')).toEqual([
      expect.objectContaining({ scopeId: 'payments', threshold: 80, event: 'threshold_crossed' }),
    ]);
    expect(of('highSpend')).toHaveLength(1);
  });

  it('posts nothing on a second start, says so, and leaves every report byte for byte', async () => {
    const before = await allCosts(data);
    const again = await runTollbook(['start', '--once', '--data', data]);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Nothing new: all [\d,]+ lines were counted before or are no usage\./);
    expect(await allCosts(data)).toEqual(before);
  });

  it('reports by day, and a range of days as the sum of its days', async () => {
    const { day: byDay = '' } = await allCosts(data);
    const { rows, total } = costsOutput.parse(JSON.parse(byDay));
    expect(rows).toHaveLength(3);
    const days = rows.flatMap((row) => ('day' in row ? [row] : []));
    const from = days[1]?.day ?? '';
    const run = await runTollbook(['costs', '--by', 'model', '--from', from, '--json', '--data', data]);
    const tail = costsOutput.parse(JSON.parse(run.stdout)).total;
    expect(tail.requests + (days[0]?.requests ?? 0)).toBe(total.requests);
    expect((parseUsd(tail.costUsd) ?? 0n) + (parseUsd(days[0]?.costUsd ?? '') ?? 0n)).toBe(
      parseUsd(total.costUsd),
    );
  });

  it('shows tables of teams, users, models, the alert and the quarantine to people', async () => {
    const { stdout } = await runTollbook(['start', '--once', '--data', data]);
    expect(stdout).toContain('Costs by team');
    expect(stdout).toContain('Warning: Team payments has used 8');
    expect(stdout).toContain('anthropic.claude-saga-1-v1:0');
    for (const reason of ['bad_token_count', 'not_json', 'bad_identifier', 'future_date', 'unknown_schema']) {
      expect(stdout).toContain(reason);
    }
  });
});
