import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseSecretName, SecretError } from '../../../shared/domain/secret.ts';
import { type SecretSource, ssmSource } from '../../../shared/runtime/secretSource.ts';
import { fileSource, makeSecrets, openSecrets, SECRET_FRESH_MS } from '../../../shared/runtime/secrets.ts';
import { type SsmStandIn, startSsm } from '../../support/standIns/ssm.ts';

const TOKEN = 'xoxb-of-the-test';
const NAME = 'ssm:/tollbook/slack/bot';
const NOW = new Date('2026-11-22T09:05:50.000Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);

describe('a secret’s name', () => {
  it.each([
    ['ssm:/tollbook/slack/bot', { kind: 'ssm', name: '/tollbook/slack/bot' }],
    ['ssm:/a.b_c-d', { kind: 'ssm', name: '/a.b_c-d' }],
    ['secretsmanager:slack-bot', { kind: 'secretsmanager', name: 'slack-bot' }],
    ['secretsmanager:a/b_c+d=e.f@g', { kind: 'secretsmanager', name: 'a/b_c+d=e.f@g' }],
  ])('%s says where it lies', (text, place) => {
    expect(parseSecretName(text)).toEqual(place);
  });

  it.each([
    '',
    'ssm:',
    'ssm:/a b',
    'ssm:/a\n',
    'secretsmanager:',
    'SSM:/a',
    '/tollbook/slack',
    'xoxb-1234',
    'ssm:xoxb-1234',
    'https://hooks.slack.com/services/T/B/x',
  ])('is not %j', (text) => {
    expect(parseSecretName(text)).toBeUndefined();
  });
});

/** A source that counts how often it was asked, and answers with the next of the values or fails. */
function countingSource(...values: readonly (string | Error)[]): { source: SecretSource; asked: string[] } {
  const asked: string[] = [];
  const source: SecretSource = async (name) => {
    const value = values[asked.length] ?? `more of ${name}`;
    asked.push(name);
    if (value instanceof Error) throw value;
    return value;
  };
  return { source, asked };
}

describe('secrets', () => {
  it.each([
    [SECRET_FRESH_MS - 1, 'one', 1],
    [SECRET_FRESH_MS, 'two', 2],
    [SECRET_FRESH_MS + 1, 'two', 2],
    [0, 'one', 1],
    [-1, 'two', 2],
  ])(
    'asked again after %i ms are %s, with %i reads: five minutes are remembered',
    async (ms, value, reads) => {
      expect(SECRET_FRESH_MS).toBe(300_000);
      const { source, asked } = countingSource('one', 'two');
      const secrets = makeSecrets(source);
      expect(await secrets.read(NAME, NOW)).toBe('one');
      expect(await secrets.read(NAME, after(ms))).toBe(value);
      expect(asked).toHaveLength(reads);
    },
  );

  it('are read once for all who ask at the same time', async () => {
    const { source, asked } = countingSource('one');
    const secrets = makeSecrets(source);
    const values = await Promise.all(Array.from({ length: 100 }, () => secrets.read(NAME, NOW)));
    expect(new Set(values)).toEqual(new Set(['one']));
    expect(asked).toEqual([NAME]);
  });

  it('have names of their own', async () => {
    const { source, asked } = countingSource('one', 'two');
    const secrets = makeSecrets(source);
    expect([await secrets.read('ssm:/a', NOW), await secrets.read('ssm:/b', NOW)]).toEqual(['one', 'two']);
    expect(asked).toEqual(['ssm:/a', 'ssm:/b']);
  });

  it('that could not be read are read at the next time, also by those who waited together', async () => {
    const { source, asked } = countingSource(new SecretError('throttled'), 'two');
    const secrets = makeSecrets(source);
    const both = await Promise.allSettled([secrets.read(NAME, NOW), secrets.read(NAME, NOW)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toHaveLength(1);
    expect(await secrets.read(NAME, NOW)).toBe('two');
  });

  it('are read anew once they are forgotten, and a late failure of the old reading spoils nothing', async () => {
    const old = Promise.withResolvers<string>();
    const answers = [old.promise, Promise.resolve('new')];
    let reads = 0;
    const secrets = makeSecrets(() => answers[reads++] ?? Promise.reject(new Error('read too often')));
    const late = secrets.read(NAME, NOW);
    secrets.forget(NAME);
    expect(await secrets.read(NAME, NOW)).toBe('new');
    old.reject(new SecretError('too late'));
    await expect(late).rejects.toThrow('too late');
    expect(await secrets.read(NAME, NOW)).toBe('new');
    expect(reads).toBe(2);
  });
});

describe('secrets of an AWS account', () => {
  let ssm: SsmStandIn;
  let source: SecretSource;
  beforeAll(async () => {
    ssm = await startSsm({});
    const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
    source = ssmSource(
      new SSMClient({ region: 'eu-west-1', credentials, endpoint: ssm.url, maxAttempts: 1 }),
    );
  });
  beforeEach(() => {
    ssm.reads = [];
    ssm.parameters = {
      '/tollbook/slack/bot': `${TOKEN}\n`,
      '/aws/reference/secretsmanager/tollbook/bot': 'from Secrets Manager',
      '/tollbook/empty': ' \n',
    };
  });

  it('come decrypted from SSM, without the line break that an editor left', async () => {
    expect(await source(NAME)).toBe(TOKEN);
    expect(ssm.reads).toEqual(['/tollbook/slack/bot']);
  });

  it('come from Secrets Manager through the reference of SSM', async () => {
    expect(await source('secretsmanager:tollbook/bot')).toBe('from Secrets Manager');
    expect(ssm.reads).toEqual(['/aws/reference/secretsmanager/tollbook/bot']);
  });

  it('that are not there are named, with what to do', async () => {
    await expect(source('ssm:/tollbook/none')).rejects.toThrow(
      'secret ssm:/tollbook/none cannot be read (ParameterNotFound): it must exist, and who reads it may have to be allowed to',
    );
    await expect(source('ssm:/tollbook/none')).rejects.toBeInstanceOf(SecretError);
  });

  it('that are empty are none', async () => {
    await expect(source('ssm:/tollbook/empty')).rejects.toThrow('secret ssm:/tollbook/empty is empty');
  });

  it.each(['xoxb-1234', 'ssm:https://hooks.slack.com/services/T/B/x'])(
    'are never taken for a name, nor repeated: %s',
    async (mistaken) => {
      const reading = source(mistaken);
      await expect(reading).rejects.toThrow('a secret is named ssm:/path/name or secretsmanager:name');
      await expect(reading).rejects.not.toThrow(/xoxb|hooks/);
      expect(ssm.reads).toEqual([]);
    },
  );
});

describe('secrets of one machine', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollbook-secrets-test-'));
    file = join(folder, 'secrets.yml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string, mode = 0o600) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };

  it.each([
    ['YAML', `# Of the test workspace\n${NAME}: ${TOKEN}\n"secretsmanager:a": other\n`],
    ['JSON', JSON.stringify({ [NAME]: TOKEN, 'secretsmanager:a': 'other' })],
  ])('are found in %s by the same names', async (_form, text) => {
    write(text);
    expect(await fileSource(file)(NAME)).toBe(TOKEN);
    expect(await fileSource(file)('secretsmanager:a')).toBe('other');
  });

  it.each([
    [0o600, true],
    [0o400, true],
    [0o700, true],
    [0o640, false],
    [0o604, false],
    [0o620, false],
    [0o601, false],
    [0o644, false],
  ])('in a file of mode %o are read: %s', async (mode, isRead) => {
    write(`${NAME}: ${TOKEN}`, mode);
    const reading = fileSource(file)(NAME);
    if (isRead) expect(await reading).toBe(TOKEN);
    else await expect(reading).rejects.toThrow(`${file} can be read by others: say chmod 600 ${file}`);
  });

  it.each([
    ['no YAML', `${NAME}: "${TOKEN}`, /secrets\.yml:\d+:\d+: this is no YAML$/],
    ['no names', `- ${TOKEN}`, /must hold a name and a text on each line, nothing else$/],
    ['a number', `${NAME}: 12`, /must hold a name and a text on each line/],
    ['an alias', `a: &a ${TOKEN}\n${NAME}: *a`, /must hold a name and a text on each line/],
    ['two documents', `---\n${NAME}: ${TOKEN}\n---\nb: c`, /this is no YAML$/],
    ['nothing', '', /secret ssm:\/tollbook\/slack\/bot is not in .*: add a line for it$/],
    ['another name', `ssm:/other: ${TOKEN}`, /secret ssm:\/tollbook\/slack\/bot is not in .*: add a line/],
    ['no text', `${NAME}: " "`, /secret ssm:\/tollbook\/slack\/bot is empty$/],
    ['too much', `${NAME}: ${TOKEN}\n#${'x'.repeat(1_000_000)}`, /is larger than 1000000 bytes$/],
  ])('in a file with %s are refused, and never shown', async (_what, text, mistake) => {
    write(text);
    const reading = fileSource(file)(NAME);
    await expect(reading).rejects.toThrow(mistake);
    await expect(reading).rejects.toBeInstanceOf(SecretError);
    await expect(reading).rejects.not.toThrow(/xoxb/);
  });

  it('are missed in a file that is not there', async () => {
    await expect(fileSource(file)(NAME)).rejects.toThrow(`there is no file of secrets ${file}`);
  });

  it('are those of the process: opened once, and found by its environment', async () => {
    write(`${NAME}: ${TOKEN}`);
    const secrets = openSecrets({ SECRETS_FILE: file });
    expect(openSecrets({ SECRETS_FILE: file })).toBe(secrets);
    expect(openSecrets({})).not.toBe(secrets);
    expect(await secrets.read(NAME, NOW)).toBe(TOKEN);
    write(`${NAME}: changed`);
    expect(await secrets.read(NAME, NOW)).toBe(TOKEN);
    secrets.forget(NAME);
    expect(await secrets.read(NAME, NOW)).toBe('changed');
  });
});
