import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingestLogs } from '../../../functions/ingestLogs.ts';
import { userCosts } from '../../../functions/userCosts.ts';
import { applyConfig } from '../../../infra/local/config.ts';
import { openPseudonymKey } from '../../../infra/local/pseudonymKey.ts';
import { hideEmails, hideNames } from '../../../shared/domain/pseudonym.ts';
import { readPolicy } from '../../../shared/formats/policy/readPolicy.ts';
import { MIN_KEY_LENGTH, pseudonymsOf, readPseudonyms } from '../../../shared/runtime/pseudonyms.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { tollbookLine, usageOf } from '../../fixtures/decoding.ts';
import { FORMAT_LINES, FORMAT_NAMES } from '../../fixtures/formatLines.ts';
import { deliveryOf, INGESTING, watchStores } from '../../fixtures/ingesting.ts';
import { changeAt, changeTexts, placesOf } from '../../fixtures/mutate.ts';
import { placed } from '../../support/directory.ts';

const KEY = 'a key of thirty-two characters, or more';
const pseudonymOf = pseudonymsOf(KEY);
const ADA = 'ada@example.com';

describe('a pseudonym', () => {
  it('is the keyed hash of the name, trimmed and in small letters', () => {
    // printf %s ada@example.com | openssl dgst -sha256 -hmac "$KEY"
    expect(pseudonymOf(ADA)).toBe('p-b85a1a3358a2658e82dc0e8d50c93211');
    expect(pseudonymOf('  Ada@Example.COM ')).toBe(pseudonymOf(ADA));
    expect(pseudonymOf('bob@example.com')).not.toBe(pseudonymOf(ADA));
    expect(pseudonymsOf(`${KEY}.`)(ADA)).not.toBe(pseudonymOf(ADA));
  });

  it('stands for an address in any text, and for the whole where there is no room', () => {
    expect(hideEmails(`of ${ADA}`, pseudonymOf)).toBe(`of ${pseudonymOf(ADA)}`);
    expect(hideEmails('blue', pseudonymOf)).toBe('blue');
    const crowded = `${'x'.repeat(116)} a@b`;
    expect(hideEmails(crowded, pseudonymOf)).toBe(pseudonymOf(crowded));
  });

  it('leaves nothing undefined, and whoever nobody named unnamed', () => {
    const usage = usageOf(tollbookLine({ id: 'r' }));
    expect(hideNames(usage, pseudonymOf)).toStrictEqual(usage);
  });
});

describe('a ledger of pseudonyms', () => {
  const lines = FORMAT_NAMES.flatMap((format) => FORMAT_LINES[format] ?? []);

  it('gets no address from any line of any format, wherever it stands in it', async () => {
    const withAddress = fc
      .record({
        line: fc.constantFrom(...lines),
        choice: fc.nat(),
        text: fc.constantFrom(ADA, `Dev/${ADA}`, ` ${ADA.toUpperCase()} `, `${ADA}-1`, `<${ADA}>`),
      })
      .map(({ line, choice, text }) => {
        const places = placesOf(line);
        return changeAt(line, places[choice % places.length] ?? [], () => text);
      });
    const check = async (planted: unknown) => {
      const { stores, given } = watchStores(memoryStores());
      const all = [planted, JSON.stringify(planted).slice(0, -9), `log of ${ADA}`];
      const counts = await ingestLogs(deliveryOf(all, '/g', `of ${ADA}`), {
        ...INGESTING,
        stores,
        pseudonymOf,
      });
      expect(counts.lines).toBe(3);
      expect(given().toLowerCase()).not.toContain('@example.com');
    };
    await fc.assert(fc.asyncProperty(withAddress, check), { numRuns: 500 });
  });

  it('gets no user’s name either, be it an address or not', async () => {
    const { stores, given } = watchStores(memoryStores());
    const named = lines.map((line) => changeTexts(line, (text) => text.replaceAll('mira', 'mirabelle')));
    const counts = await ingestLogs(deliveryOf(named), { ...INGESTING, stores, pseudonymOf });
    expect(counts).toMatchObject({ quarantined: 0, lines: lines.length });
    expect(given()).not.toContain('mirabelle');
    expect(given()).toContain(pseudonymOf('mirabelle@example.com'));
  });

  it('refuses two spellings of one person', async () => {
    const users = [placed('Ada@Example.com', { team: 'blue' }), placed('ada@example.com', { team: 'red' })];
    await expect(applyConfig({ users }, { stores: memoryStores(), pseudonymOf })).rejects.toThrow(
      'Ada@Example.com and ada@example.com are one person: place that person once',
    );
  });

  it('finds a user in the directory, and answers the person alone', async () => {
    const stores = memoryStores();
    const { stores: watched, given } = watchStores(stores);
    const config = {
      users: [placed('Ada@Example.com', { team: 'blue', lead: 'bob@example.com' })],
      written: writtenPolicy(),
    };
    await applyConfig(config, { stores: watched, pseudonymOf });
    const line = tollbookLine({ id: 'r-1', user: ADA, usage: { inputTokens: 100_000 } });
    await ingestLogs(deliveryOf([line]), { ...INGESTING, stores: watched, pseudonymOf });
    expect(given().toLowerCase()).not.toContain('@example.com');
    expect(await stores.totals.teamsOfDay('2026-11-22')).toEqual(['blue']);
    const [budget] = (await stores.policies.current())?.policy.budgets ?? [];
    expect(budget?.target).toEqual({ kind: 'one', scope: 'user', id: pseudonymOf(ADA) });

    const eventOf = (email: string) => ({
      queryStringParameters: { date: '2026-11-22' },
      requestContext: { authorizer: { jwt: { claims: { email } } } },
    });
    const dependencies = { totals: stores.totals, userClaim: 'email', pseudonymOf };
    const answer = await userCosts(eventOf(ADA), dependencies);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ user: ADA, requests: 1, costUsd: '0.3' });
    const others = await userCosts(eventOf('bob@example.com'), dependencies);
    expect(JSON.parse(others.body ?? '')).toMatchObject({ requests: 0 });
    const guessed = await userCosts(eventOf(pseudonymOf(ADA)), dependencies);
    expect(JSON.parse(guessed.body ?? '')).toMatchObject({ requests: 0 });
  });
});

/** A policy that names people wherever one can be named. */
function writtenPolicy() {
  const text = `budgets:
  - { user: Ada@Example.com, month: 5 USD }
  - { user: bob@example.com, day: 5 USD, id: limit of bob@example.com }
models:
  - { team: blue, allow: { opus: [ada@example.com] } }
overflow: { automatic: 10%, approvers: [bob@example.com] }
`;
  const read = readPolicy(text, 'policy.yaml');
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.mistakes));
  return { policy: read.policy, text };
}

describe('the key', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollbook-key-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once in the data folder, for its owner only, and then holds without being asked for', async () => {
    expect(openPseudonymKey(folder, false)).toBeUndefined();
    const file = openPseudonymKey(folder, true) ?? '';
    const key = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openPseudonymKey(folder, true)).toBe(file);
    expect(openPseudonymKey(folder, false)).toBe(file);
    expect(readFileSync(file, 'utf8')).toBe(key);
    const read = await readPseudonyms({ PSEUDONYM_KEY_FILE: file });
    expect(read?.(ADA)).toBe(pseudonymsOf(key)(ADA));
  });

  it('is another one in another folder', () => {
    const [one, other] = ['one', 'other'].map((name) => openPseudonymKey(join(folder, name), true) ?? '');
    expect(readFileSync(one ?? '')).not.toEqual(readFileSync(other ?? ''));
  });

  it('is read once in the life of a process', async () => {
    const file = openPseudonymKey(folder, true) ?? '';
    const before = await readPseudonyms({ PSEUDONYM_KEY_FILE: file });
    writeFileSync(file, 'x'.repeat(MIN_KEY_LENGTH));
    expect((await readPseudonyms({ PSEUDONYM_KEY_FILE: file }))?.(ADA)).toBe(before?.(ADA));
  });

  it.each([MIN_KEY_LENGTH - 1, 0])('is refused with %i characters, and never shown', async (length) => {
    const file = join(folder, 'short.key');
    writeFileSync(file, 'k'.repeat(length));
    const reading = readPseudonyms({ PSEUDONYM_KEY_FILE: file });
    await expect(reading).rejects.toThrow(/shorter than 32 characters$/);
    await expect(reading).rejects.not.toThrow(/kkk/);
  });

  it.each([MIN_KEY_LENGTH, MIN_KEY_LENGTH + 1])('holds with %i characters', async (length) => {
    const file = join(folder, `${length}.key`);
    writeFileSync(file, `${'k'.repeat(length)}\n`);
    expect((await readPseudonyms({ PSEUDONYM_KEY_FILE: file }))?.('a')).toBe(
      pseudonymsOf('k'.repeat(length))('a'),
    );
  });

  it('is tried again after it could not be read', async () => {
    const file = join(folder, 'late.key');
    await expect(readPseudonyms({ PSEUDONYM_KEY_FILE: file })).rejects.toThrow('ENOENT');
    writeFileSync(file, KEY);
    expect((await readPseudonyms({ PSEUDONYM_KEY_FILE: file }))?.(ADA)).toBe(pseudonymOf(ADA));
  });

  it('is not there where real names are kept', async () => {
    expect(await readPseudonyms({})).toBeUndefined();
  });
});
