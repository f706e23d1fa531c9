import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileFormat } from '../../../cli/commands/fileFormat.ts';
import { readConfig } from '../../../infra/local/config.ts';
import { LocalError } from '../../../infra/local/localError.ts';
import { readLogRules } from '../../../shared/formats/logRules.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollbook-config-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configOf(yaml: string) {
  const file = join(folder, 'company.yml');
  writeFileSync(file, yaml);
  return readConfig(file);
}

describe('a config', () => {
  it('says what holds of the logs, in the words of the environment', () => {
    const { logRules, hasPseudonyms } = configOf(`
logs:
  precedence: [litellm, bedrock]
  uncounted: [claude-code, /aws/kong]
  formats: { /my/group: litellm, /b: tollbook.v1 }
pseudonyms: true
`);
    expect(logRules).toEqual({
      sourcePrecedence: 'litellm,bedrock',
      uncountedSources: 'claude-code,/aws/kong',
      logGroupFormats: '/my/group=litellm,/b=tollbook.v1',
    });
    expect(hasPseudonyms).toBe(true);
  });

  it('says nothing of them where it does not', () => {
    const { logRules, hasPseudonyms } = configOf('users: {}');
    expect(Object.values(logRules).every((text) => text === undefined)).toBe(true);
    expect(hasPseudonyms).toBe(false);
  });

  it('holds the policy beside the people, and says nothing of rules where it has none', () => {
    const yaml = 'users:\n  ann: { team: blue }\nbudgets:\n  - { team: blue, month: 500 USD }\n';
    const { users, written } = configOf(yaml);
    expect(users).toEqual([{ user: 'ann', placements: [{ team: 'blue' }] }]);
    expect(written?.text).toBe(yaml);
    expect(written?.policy.budgets).toMatchObject([
      { id: 'team:blue:month:usd', limit: { measure: 'usd', amount: 500n * 10n ** 12n } },
    ]);
    expect(configOf('users:\n  ann: { team: blue }\n').written).toBeUndefined();
    expect(configOf('budgets: []').written?.policy.budgets).toEqual([]);
  });

  it('takes people from either section, each once', () => {
    const directory = 'directory:\n  bob: { team: red, tier: free }\n';
    expect(configOf(`users:\n  ann: { team: blue }\n${directory}`).users).toEqual([
      { user: 'ann', placements: [{ team: 'blue' }] },
      { user: 'bob', placements: [{ team: 'red', tier: 'free' }] },
    ]);
    expect(configOf(directory).written).toBeUndefined();
    expect(() => configOf(`users:\n  bob: { team: blue }\n${directory}`)).toThrow(
      'bob is placed under users and under directory',
    );
  });

  it.each([
    ['budgets:\n  - { team: blue, month: -5 USD }\n', ':2:26: '],
    ['teams: {}\n', ':1:1: '],
    ['budgets:\n  - { team: blue, mont: 5 USD }\nusers: {}\n', ':2:19: '],
    [
      'logs: { uncounted: [claude-cod] }',
      ':1:7: logs: "claude-cod" is no source of usage; did you mean claude-code?',
    ],
    ['logs: { precedence: [bedrok] }', 'did you mean bedrock?'],
    ['logs: { formats: { /a: litelm } }', 'did you mean litellm?'],
    ['logs: { formats: [] }', 'logs.formats: '],
    ['logs: { uncount: [] }', 'logs: '],
    ['pseudonyms: perhaps', 'pseudonyms: '],
  ])('is refused with its place: %s', (yaml, message) => {
    expect(() => configOf(yaml)).toThrow(LocalError);
    expect(() => configOf(yaml)).toThrow(message);
  });
});

describe('--format', () => {
  it('holds for all files, beside the rules of the company', () => {
    const texts = withFileFormat({ logGroupFormats: '/a=kong', uncountedSources: 'plain' }, 'litellm');
    const { formatsOf } = readLogRules(texts ?? {});
    expect(formatsOf('local/files')).toMatchObject([{ name: 'litellm' }]);
    expect(formatsOf('/a')).toMatchObject([{ name: 'kong' }]);
    expect(withFileFormat(undefined, undefined)).toBeUndefined();
  });

  it('refuses a name that is none', () => {
    expect(() => withFileFormat(undefined, 'litelm')).toThrow(
      '--format: "litelm" is no log format; did you mean litellm?',
    );
  });
});
