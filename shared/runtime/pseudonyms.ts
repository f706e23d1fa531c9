import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PseudonymOf } from '../domain/pseudonym.ts';
import { ssmClient } from './clients.ts';
import { EnvironmentError } from './environment.ts';
import { readParameter } from './secretSource.ts';

/** A shorter key could be guessed, and with it every name. */
export const MIN_KEY_LENGTH = 32;

/** So many hexadecimal digits name a user; two users share them once in far more users than there are. */
const DIGITS = 32;

/** Where the key lies: never the key itself, which stands in no environment, no log and no code. */
export type KeyPlace = Readonly<{
  PSEUDONYM_KEY_PARAMETER?: string | undefined;
  PSEUDONYM_KEY_FILE?: string | undefined;
}>;

/** Each key is read once in the life of a process. */
const known = new Map<string, Promise<PseudonymOf>>();

/** The pseudonyms of the ledger at hand; `undefined` where it keeps real names. Throws when the key cannot be read. */
export async function readPseudonyms({
  PSEUDONYM_KEY_PARAMETER: parameter,
  PSEUDONYM_KEY_FILE: file,
}: KeyPlace): Promise<PseudonymOf | undefined> {
  if (parameter !== undefined) {
    const place = { path: parameter, name: parameter };
    return remembered(`parameter ${parameter}`, () => readParameter(ssmClient(), place));
  }
  if (file !== undefined) return remembered(`file ${file}`, () => readFile(file, 'utf8'));
  return undefined;
}

/** HMAC-SHA-256 of the user's name, trimmed and in small letters, so that one person has one pseudonym. */
export function pseudonymsOf(key: string): PseudonymOf {
  return (user) => {
    const digest = createHmac('sha256', key).update(user.trim().toLowerCase()).digest('hex');
    return `p-${digest.slice(0, DIGITS)}`;
  };
}

async function remembered(place: string, read: () => Promise<string>): Promise<PseudonymOf> {
  const reading = known.get(place) ?? read().then((text) => pseudonymsOf(checkedKey(text.trim(), place)));
  known.set(place, reading);
  try {
    return await reading;
  } catch (error) {
    // A key that could not be read now may be readable at the next try.
    known.delete(place);
    throw error;
  }
}

function checkedKey(key: string, place: string): string {
  if (key.length >= MIN_KEY_LENGTH) return key;
  throw new EnvironmentError(
    `the key of pseudonyms in ${place} is shorter than ${MIN_KEY_LENGTH} characters`,
  );
}
