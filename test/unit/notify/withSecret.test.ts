import { describe, expect, it } from 'vitest';
import { SecretError, type Secrets } from '../../../shared/domain/secret.ts';
import { withSecret } from '../../../shared/notify/withSecret.ts';
import { SENT_AT } from '../../support/senders.ts';

const NAME = 'ssm:/tollbook/bot';

/** Secrets that are these, one reading after the other, and what was tried and forgotten. */
function readings(...values: readonly (string | Error)[]) {
  const forgotten: string[] = [];
  const tried: string[] = [];
  let reads = 0;
  const secrets: Secrets = {
    async read() {
      const value = values[reads++];
      if (value === undefined) throw new Error('read too often');
      if (value instanceof Error) throw value;
      return value;
    },
    forget: (name) => void forgotten.push(name),
  };
  const send = (...taken: readonly string[]) =>
    withSecret(NAME, { secrets, now: SENT_AT }, async (secret) => {
      tried.push(secret);
      return taken.includes(secret)
        ? { kind: 'sent' }
        : { kind: 'unauthorised', error: `no ${tried.length}` };
    });
  return { send, forgotten, tried };
}

describe('sending with a secret', () => {
  it('reads it once where it is taken', async () => {
    const { send, forgotten, tried } = readings('one');
    expect(await send('one')).toEqual({ kind: 'sent' });
    expect([tried, forgotten]).toEqual([['one'], []]);
  });

  it('reads it anew where it is not, and is refused where it is the same', async () => {
    const { send, forgotten, tried } = readings('one', 'one');
    expect(await send()).toEqual({ kind: 'refused', error: 'no 1' });
    expect([tried, forgotten]).toEqual([['one'], [NAME, NAME]]);
  });

  it('tries the new one where it was changed', async () => {
    const { send, forgotten, tried } = readings('one', 'two');
    expect(await send('two')).toEqual({ kind: 'sent' });
    expect([tried, forgotten]).toEqual([['one', 'two'], [NAME]]);
  });

  it('tries two, and no more', async () => {
    const { send, tried } = readings('one', 'two');
    expect(await send('three')).toEqual({ kind: 'refused', error: 'no 2' });
    expect(tried).toEqual(['one', 'two']);
  });

  it.each([
    ['at first', [new SecretError('not now')]],
    ['the second time', ['one', new SecretError('not now')]],
  ])('waits for one that cannot be read %s', async (_when, values) => {
    expect(await readings(...values).send()).toEqual({ kind: 'retry', error: 'not now' });
  });

  it('hides no mistake of our own', async () => {
    await expect(readings(new TypeError('ours')).send()).rejects.toThrow('ours');
  });
});
