import { type FileHandle, open } from 'node:fs/promises';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { SecretError } from '../domain/secret.ts';

const OTHERS = 0o077;
const MAX_FILE_BYTES = 1_000_000;

const contents = z.record(z.string(), z.string());

/**
 * Names and secrets of a YAML or JSON file, one a line: `ssm:/path/name: secret`. A file that others than its
 * owner may read is refused. No error holds any of the text.
 */
export async function readSecretsFile(file: string): Promise<ReadonlyMap<string, string>> {
  const handle = await open(file).catch((error: unknown) => {
    throw new SecretError(
      `there is no file of secrets ${file}, or it cannot be opened: write it, a line NAME: SECRET each, and say chmod 600`,
      { cause: error },
    );
  });
  // The file is asked about and read through one handle, so that it is the same file.
  const text = await readOwned(handle, file).finally(() => handle.close());
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    const { line, col } = lines.linePos(mistake.pos[0]);
    throw new SecretError(`${file}:${line}:${col}: this is no YAML`);
  }
  const parsed = contents.safeParse(plainOf(document));
  if (!parsed.success)
    throw new SecretError(`${file} must hold a name and a text on each line, nothing else`);
  return new Map(Object.entries(parsed.data));
}

/** `undefined` for what stands for something else, which no secret does. */
function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    return undefined;
  }
}

async function readOwned(handle: FileHandle, file: string): Promise<string> {
  const { mode, size } = await handle.stat();
  if ((mode & OTHERS) !== 0)
    throw new SecretError(`${file} can be read by others: say chmod 600 ${file}, and change the secrets`);
  if (size > MAX_FILE_BYTES) throw new SecretError(`${file} is larger than ${MAX_FILE_BYTES} bytes`);
  return handle.readFile('utf8');
}
