import { z } from 'zod';
import { didYouMean } from './nearestName.ts';

/**
 * An object without other keys. The message has a line for each unknown key, in the issue's order, with the
 * key that was most likely meant.
 */
export function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return issue.keys.map((key) => `unknown key ${key}${didYouMean(key, Object.keys(shape))}`).join('\n');
    },
  });
}

/** One of these names; another one is told with the name that was most likely meant. */
export function choice<const T extends readonly string[]>(names: T, what: string) {
  return z.enum(names, {
    error: ({ input }) =>
      typeof input === 'string' ? `unknown ${what} ${input}${didYouMean(input, names)}` : undefined,
  });
}
