import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, startTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

/** A port that nobody can listen on without being root, and that nothing answers. */
const NOBODY = 'http://127.0.0.1:9';
const PATIENCE_MS = 30_000;

describe('a database that does not answer', () => {
  it.each([[['costs', '--by', 'team']], [['verify']], [['archive', 'list']], [['start', '--once']]])(
    'ends %j with 1 and says why, instead of waiting for ever',
    async (args) => {
      const running = startTollbook([...args, '--data', place.path('ledger')], {
        AWS_ENDPOINT_URL_DYNAMODB: NOBODY,
      });
      const killer = setTimeout(() => running.child.kill('SIGKILL'), PATIENCE_MS);
      const { code, stdout, stderr } = await running.ended;
      clearTimeout(killer);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('ECONNREFUSED');
    },
  );
});
