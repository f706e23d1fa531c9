import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineBinary, openEngine } from '../../../infra/local/engine.ts';

describe('the embedded engine', () => {
  it('says what to do where there is no program for the platform', () => {
    const nothing = () => {
      throw new Error('not found');
    };
    expect(() => engineBinary(Object.assign(nothing, { paths: () => [] }))).toThrow(
      /^no embedded database for \w+-\w+: run a DynamoDB endpoint and set AWS_ENDPOINT_URL_DYNAMODB to it$/,
    );
  });

  it('is shared by all who open the same folder, and ends with the one that started it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tollbook-engine-'));
    const first = await openEngine(folder);
    // The lock of a process that died does not keep anybody out: no process has this id.
    writeFileSync(join(folder, 'engine.lock'), '4194305');
    const second = await openEngine(folder);
    expect(second.endpoint).toBe(first.endpoint);
    await first.stop();
    await expect(fetch(first.endpoint)).rejects.toThrow();
    rmSync(folder, { recursive: true, force: true });
  });
});
