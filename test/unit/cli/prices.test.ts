import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LocalError } from '../../../infra/local/localError.ts';
import { BAD, folder, json, OWN, output, run, UNFIT, write } from './runPrices.ts';

describe('prices validate', () => {
  it('says what a sound overlay holds', async () => {
    expect(await output('validate', OWN)).toBe(`${OWN}: valid, 1 prices, 1 discounts, 1 profiles\n`);
  });

  it('takes the example of the documentation', async () => {
    const guide = readFileSync(new URL('../../../docs/prices.md', import.meta.url), 'utf8');
    const file = write('guide.yaml', /```yaml\n(.*?)```/s.exec(guide)?.[1] ?? '');
    expect(await output('validate', file)).toBe(`${file}: valid, 1 prices, 1 discounts, 1 profiles\n`);
    const { stdout } = await run('list', '--prices', file, '--json');
    const [, hash] = z.object({ priceBook: z.string() }).parse(json(stdout)).priceBook.split('+');
    expect(guide).toContain(`+${hash}\``);
  });

  it.each([
    ['in itself', BAD, `${BAD}:3:31: discounts.0.percent: "120" is no percentage from 0 to 100`],
    ['for the book', UNFIT, `${UNFIT}:1:`],
  ])('refuses one that is wrong %s, with line and column', async (_, file, message) => {
    const { error, stdout } = await run('validate', file);
    expect(stdout).toBe('');
    expect(error).toBeInstanceOf(LocalError);
    expect(error).toMatchObject({ code: 'config', message: expect.stringContaining(message) });
  });
});

describe("a user's mistake", () => {
  it.each([
    [
      'a day that is none',
      ['list', '--date', '2026-02-30'],
      'usage',
      '--date 2026-02-30: give a day as YYYY-MM-DD',
    ],
    ['a day to check that is none', ['check', '--date', 'today'], 'usage', '--date today: give a day'],
    [
      'an unknown model',
      ['show', 'claude-sonet-5-5'],
      'usage',
      'claude-sonet-5-5: no such model; did you mean claude-sonnet-5-5?',
    ],
    [
      'a pattern without a model',
      ['list', '--model', 'claud-opus-5'],
      'usage',
      '--model claud-opus-5: no such model; did you mean claude-opus-5?',
    ],
    [
      'an id for a pattern',
      ['list', '--model', 'us.anthropic.claude-opus-5'],
      'usage',
      'did you mean claude-opus-5?',
    ],
    ['one day', ['diff', '2026-10-01'], 'usage', 'diff: give two days, or --prices FILE'],
    ['one day and an overlay', ['diff', '2026-10-01', '--prices', OWN], 'usage', 'diff: give two days'],
    ['no day', ['diff'], 'usage', 'diff: give two days'],
    [
      'three days',
      ['diff', '2026-10-01', '2026-10-02', '--date', '2026-10-03'],
      'usage',
      'diff: give two days',
    ],
    [
      'days in the wrong order',
      ['diff', '2026-10-02', '2026-10-01'],
      'usage',
      'diff: 2026-10-02 is after 2026-10-01',
    ],
    [
      'a first day that is none',
      ['diff', '2026-13-01', '2026-10-01'],
      'usage',
      'diff 2026-13-01: give a day',
    ],
    ['a second day that is none', ['diff', '2026-10-01', 'x'], 'usage', 'diff x: give a day'],
    ['a missing file', ['list', '--prices', '/nowhere/own.yaml'], 'file', '/nowhere/own.yaml: no such file'],
    ['a folder', ['validate', folder], 'file', `${folder}: no such file, or it cannot be read`],
    ['a wrong overlay of list', ['list', '--prices', BAD], 'config', `${BAD}:3:31: `],
    ['a wrong overlay of show', ['show', 'claude-opus-5', '--prices', BAD], 'config', `${BAD}:3:31: `],
    ['a wrong overlay of check', ['check', '--prices', BAD], 'config', `${BAD}:3:31: `],
    [
      'a wrong overlay of diff',
      ['diff', '--prices', UNFIT],
      'config',
      'the price book does not know claude-opus-99',
    ],
  ])('is told: %s', async (_, args, code, message) => {
    const { error, stdout } = await run(...args);
    expect(stdout).toBe('');
    expect(error).toBeInstanceOf(LocalError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('ends as commander ends it, not the process, when the command itself is wrong', async () => {
    expect((await run('lst')).error).toMatchObject({ code: 'commander.unknownCommand' });
    expect((await run('lst')).stderr).toContain('Did you mean list?');
    expect((await run('list', 'extra')).error).toMatchObject({ code: 'commander.excessArguments' });
    expect((await run('show')).error).toMatchObject({ code: 'commander.missingArgument' });
  });
});
