import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { overlayText } from '../pricing/overlays.ts';
import { json, OWN, output, run, VERSION, write } from './runPrices.ts';

describe('prices check', () => {
  const contractLines = (stderr: string) =>
    stderr.split('\n').filter((line) => line.includes(': contract was checked'));

  it.each([
    // The contract was checked on 2026-10-01; it stands behind one own price and four discounted ones.
    ['2026-11-29', 59, 0],
    ['2026-11-30', 60, 0],
    ['2026-12-01', 61, 5],
  ])('on %s, %i days after the check, warns of %i prices', async (date, _days, count) => {
    const { stderr, code, error } = await run('check', '--date', date, '--prices', OWN);
    expect({ code, error }).toEqual({ code: 0, error: undefined });
    expect(contractLines(stderr)).toHaveLength(count);
  });

  it('names row, source and days, on stderr', async () => {
    const { stderr } = await run('check', '--date', '2026-12-01', '--prices', OWN);
    expect(contractLines(stderr).at(-1)).toBe(
      'claude-sonnet-5-5, global, from 2026-11-01, above 0: contract was checked on 2026-10-01, 61 days before 2026-12-01',
    );
  });

  it('counts a row once though its source and that of its discount are both stale', async () => {
    const { stdout, stderr } = await run('check', '--date', '2026-12-01', '--prices', OWN);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('claude-opus-5, global, '))).toHaveLength(2);
    const rows = new Set(lines.map((line) => line.slice(0, line.indexOf(': '))));
    expect(rows.size).toBeLessThan(lines.length);
    expect(stdout).toMatch(/^\d+ prices in force on 2026-12-01, /);
    expect(stdout).toContain(`, ${rows.size} of them from sources checked more than 60 days before.\n`);
  });

  it.each([
    [['--strict'], 1],
    [[], 0],
  ])('with %j and a warning exits with %i', async (flags, code) => {
    const outcome = await run('check', '--date', '2026-12-01', ...flags);
    expect(outcome.stderr).not.toBe('');
    expect(outcome.code).toBe(code);
  });

  it('exits with 0 even when strict, and says nothing on stderr, when all was checked in time', async () => {
    const day = '2026-08-01';
    const { stdout, stderr, code } = await run('check', '--strict', '--date', day);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(
      /^\d+ prices in force on 2026-08-01, all from sources checked within 60 days\.\n$/,
    );
  });

  it('checks today without a day', async () => {
    expect((await run('check')).stdout).toContain(' prices in force on 2026-11-23');
  });
});

describe('prices diff', () => {
  it('shows what changed, came and ended between two days', async () => {
    const text = await output('diff', '2026-10-06', '2026-10-07');
    expect(text).toMatch(
      /^From \(2026-10-06\) to \(2026-10-07\), USD per million tokens\n {2}CHANGE +MODEL +SCOPE +PROMPT ABOVE/,
    );
    expect(text).toMatch(
      /changed +claude-sonnet-5-5 +geo +2\.2 +0\.22 → 0\.11 +2\.75 +4\.4 +11 +anthropic_page\n/,
    );
    expect(text).toMatch(
      /new +claude-haiku-5-5 +geo +100,000 +0\.55 +0\.055 +0\.6875 +1\.1 +2\.75 +anthropic_page\n/,
    );
    expect(text.match(/\n {2}(changed|new|ended) /g)).toHaveLength(12);

    const ended = json(await output('diff', '2026-03-12', '2026-03-13', '--json'));
    expect(ended).toMatchObject({
      from: '2026-03-12',
      to: '2026-03-13',
      changes: expect.arrayContaining([
        {
          change: 'ended',
          model: 'claude-opus-4-6',
          scope: 'geo',
          promptTokensAbove: 200_000,
          before: {
            input: '11',
            cacheRead: '1.1',
            cacheWrite5m: '13.75',
            cacheWrite1h: '22',
            output: '41.25',
          },
          sources: ['anthropic_page'],
        },
      ]),
    });
  });

  it.each([
    [['2026-10-07', '2026-10-07'], 'No price differs between (2026-10-07) and (2026-10-07).\n'],
    [['2026-11-01', '2026-11-02'], 'No price differs between (2026-11-01) and (2026-11-02).\n'],
    [['2026-11-01', '2026-11-02', '--json'], '{"from":"2026-11-01","to":"2026-11-02","changes":[]}\n'],
  ])('says so when nothing did: %j', async (args, text) => {
    expect(await output('diff', ...args)).toBe(text);
  });

  it('shows what an overlay changes today', async () => {
    const { changes } = z
      .object({ changes: z.array(z.looseObject({ model: z.string(), scope: z.string() })) })
      .parse(json(await output('diff', '--prices', OWN, '--json')));
    expect(changes.map(({ model, scope }) => `${model} ${scope}`)).toEqual([
      'claude-opus-5 api',
      'claude-opus-5 global',
      'claude-opus-5 geo',
      'claude-opus-5 inRegion',
      'claude-sonnet-5-5 global',
    ]);
    expect(changes.at(-1)).toMatchObject({
      change: 'changed',
      before: { input: '2', cacheRead: '0.1' },
      after: { input: '1.8', cacheRead: '0.09' },
      sources: ['contract'],
    });
    const text = await output('diff', '--prices', OWN);
    expect(text).toContain(`From (2026-11-23, ${VERSION}) to (2026-11-23, ${VERSION}+`);
    expect(text).toMatch(/api +5 → 4\.5 +0\.5 → 0\.45 .* anthropic_page, contract\n/);
  });

  it.each([
    ['2026-10-31', 4],
    ['2026-11-01', 5],
    ['2027-01-01', 4],
    ['2027-10-01', 0],
  ])('shows what an overlay changes on %s: %i prices', async (date, count) => {
    const text = await output('diff', '--prices', OWN, '--date', date, '--json');
    expect(z.object({ changes: z.array(z.unknown()) }).parse(json(text)).changes).toHaveLength(count);
  });

  it('compares two days under an overlay', async () => {
    const text = await output('diff', '2026-10-31', '2026-11-01', '--prices', OWN);
    expect(text.match(/\n {2}changed /g)).toHaveLength(1);
    expect(text).toMatch(/claude-sonnet-5-5 +global +2 → 1\.8 +0\.1 → 0\.09 /);
  });

  it('compares a price for one group of regions with the one that held for all', async () => {
    const regional = write(
      'regional.yaml',
      overlayText({
        prices: [
          {
            model: 'claude-sonnet-5-5',
            scope: 'geo',
            regionGroup: 'eu',
            from: '2026-11-01',
            usdPerMillion: {
              input: '2',
              cacheRead: '0.11',
              cacheWrite5m: '2.75',
              cacheWrite1h: '4.4',
              output: '11',
            },
            source: 'contract',
          },
        ],
      }),
    );
    const text = await output('diff', '--prices', regional);
    expect(text).toMatch(/changed +claude-sonnet-5-5 +geo\/eu +2\.2 → 2 +0\.11 +2\.75 +4\.4 +11 /);
    expect(text.match(/\n {2}(changed|new|ended) /g)).toHaveLength(1);
  });
});
