import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;

/**
 * The file with the key of a data folder's pseudonyms, for its owner's eyes only; `undefined` where the folder
 * keeps real names. The file itself is what turns pseudonyms on, so that no later command forgets to: made
 * once when they are wanted, it holds for all who open the folder.
 */
export function openPseudonymKey(dataDir: string, isWanted: boolean): string | undefined {
  const file = join(dataDir, 'pseudonym.key');
  if (existsSync(file)) return file;
  if (!isWanted) return undefined;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, randomBytes(KEY_BYTES).toString('base64'), { mode: OWNER_ONLY, flag: 'wx' });
  return file;
}
