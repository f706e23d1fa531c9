import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the secrets of a data folder's channels are: `secrets.json` where there is one, else `secrets.yml`, which
 * somebody has to write before a channel that needs a secret can send.
 */
export function secretsFileOf(dataDir: string): string {
  const json = join(dataDir, 'secrets.json');
  return existsSync(json) ? json : join(dataDir, 'secrets.yml');
}
