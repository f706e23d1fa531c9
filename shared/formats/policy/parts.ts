import type { z } from 'zod';
import type { Notes, Part, Path } from './notes.ts';

/** Walks over the parts of a file, which are texts, lists and maps, and says what is not as it should be. */

/** A part of this shape; of any other, `undefined`, with every mistake noted in its place. */
export function parsePart<T>(schema: z.ZodType<T>, part: Part, notes: Notes): T | undefined {
  const parsed = schema.safeParse(part.value, { error: sayWhatIsWanted, jitless: true });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) noteIssue(issue, part.path, notes);
  return undefined;
}

function noteIssue(issue: z.core.$ZodIssue, above: Path, notes: Notes): void {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') {
    // The message has a line for each key.
    const messages = issue.message.split('\n');
    for (const [index, key] of issue.keys.entries()) {
      notes.mistake([...path, key], messages[index] ?? `unknown key ${key}`, 'key');
    }
  } else if (issue.code === 'invalid_union') {
    // The form that was meant is the one whose outermost kind is right.
    const isOfAnotherKind = ({ code, path: inner }: z.core.$ZodIssue) =>
      code === 'invalid_type' && inner.length === 0;
    const meant = issue.errors.find((issues) => !issues.some(isOfAnotherKind)) ?? issue.errors[0] ?? [];
    for (const inner of meant) noteIssue(inner, path, notes);
  } else {
    notes.mistake(path, issue.message);
  }
}

/** The entries of a map; none of an empty one. */
export function entriesOf(part: Part, notes: Notes): (readonly [key: string, part: Part])[] {
  if (part.value === undefined || part.value === '') return [];
  if (!isMap(part.value)) {
    notes.mistake(part.path, 'write names here, each with what holds for it');
    return [];
  }
  return Object.entries(part.value).map(([key, value]) => [key, { value, path: [...part.path, key] }]);
}

/** The items of a list; none of an empty one. */
export function itemsOf(part: Part, notes: Notes): Part[] {
  if (part.value === undefined || part.value === '') return [];
  if (!Array.isArray(part.value)) {
    notes.mistake(part.path, 'write a list here: each item on a line of its own after a dash');
    return [];
  }
  return part.value.map((value: unknown, index) => ({ value, path: [...part.path, index] }));
}

export function childOf(part: Part, key: string): Part {
  const value = isMap(part.value) && Object.hasOwn(part.value, key) ? part.value[key] : undefined;
  return { value, path: [...part.path, key] };
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'one text is',
  array: 'a list is',
  object: 'keys with values are',
  record: 'names with values are',
};

function sayWhatIsWanted(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.input === undefined) return `${String(issue.path?.at(-1) ?? 'a value')} is missing`;
  return `${WANTED[issue.expected] ?? `${issue.expected} is`} wanted here`;
}
