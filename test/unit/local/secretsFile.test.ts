import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secretsFileOf } from '../../../infra/local/secretsFile.ts';

it('the secrets of a data folder are in secrets.yml, or in secrets.json where that is there', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollbook-secrets-file-test-'));
  try {
    expect(secretsFileOf(dataDir)).toBe(join(dataDir, 'secrets.yml'));
    writeFileSync(join(dataDir, 'secrets.json'), '{}');
    expect(secretsFileOf(dataDir)).toBe(join(dataDir, 'secrets.json'));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
