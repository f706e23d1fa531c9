import { type Fields, isJson, type Json, looseTextOf } from './fields.ts';

const NOTHING: Json = {};

/**
 * A nested object that some logs write as an object and others as JSON inside a text. An absent one is
 * empty; anything else is the line's problem.
 */
export function embeddedObject(line: Fields, key: string): Json {
  const value = line.raw(key);
  if (isJson(value)) return value;
  if (looseTextOf(value) === '') return NOTHING;
  const parsed = typeof value === 'string' ? parseJson(value) : undefined;
  if (isJson(parsed)) return parsed;
  line.fail('bad_field', key, 'not an object, nor one as JSON');
  return NOTHING;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
