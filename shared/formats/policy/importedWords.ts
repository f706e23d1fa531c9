import { z } from 'zod';
import { parseUsd } from '../../domain/money.ts';
import type { Notes, Path } from './notes.ts';
import { word } from './words.ts';

/** Values as other gateways' files write them: bare numbers whose key says the unit. */

const PICO_PER_PERCENT = 10n ** 12n;

/** A bare amount in USD, as pico-USD. */
export const bareUsd = word((text) => {
  const picoUsd = parseUsd(text.replace(/_/g, ''));
  return picoUsd !== undefined && picoUsd > 0n
    ? { value: picoUsd }
    : { problem: `${JSON.stringify(text)} is no amount in USD above 0, such as 500 or 499.50` };
});

/** A bare whole number from 1. */
export const bareCount = word((text) => {
  const digits = text.replace(/_/g, '');
  return /^\d{1,18}$/.test(digits) && BigInt(digits) > 0n
    ? { value: BigInt(digits) }
    : { problem: `${JSON.stringify(text)} is no whole number above 0` };
});

/** A whole number from 1 that is small enough to be counted in seconds or percent. */
export function bareNumber(max: number) {
  return bareCount.transform((count, context) => {
    if (count <= BigInt(max)) return Number(count);
    context.addIssue({ code: 'custom', message: `${count} is more than ${max}` });
    return z.NEVER;
  });
}

/** `60`, `60%` or `12.5`, times 10^12. */
export const barePercent = word((text) => {
  const picoPercent = parseUsd(text.replace(/\s*%$/, ''));
  return picoPercent !== undefined && picoPercent > 0n && picoPercent <= 100n * PICO_PER_PERCENT
    ? { value: picoPercent }
    : { problem: `${JSON.stringify(text)} is no percentage above 0 and up to 100` };
});

/** A share of 1 such as `0.80`, as a whole percentage. */
export const fraction = word((text) => {
  const parsed = parseUsd(text);
  const percent = parsed === undefined ? undefined : parsed * 100n;
  const isWhole = percent !== undefined && percent % PICO_PER_PERCENT === 0n;
  return isWhole && percent > 0n && percent <= 100n * PICO_PER_PERCENT
    ? { value: Number(percent / PICO_PER_PERCENT) }
    : { problem: `${JSON.stringify(text)} is no share of whole percent up to 1, such as 0.80` };
});

/** Models that nobody calls any more, and the family that took the place of each. */
const RETIRED: readonly (readonly [RegExp, string])[] = [
  [/^claude-3(-\d)?-opus/, 'opus'],
  [/^claude-3(-\d)?-sonnet/, 'sonnet'],
  [/^claude-3(-\d)?-haiku/, 'haiku'],
  [/^claude-instant/, 'haiku'],
  [/^claude-2/, 'sonnet'],
];

/** A model's name; one that is retired becomes its family, with a warning, or the rule would hold for nothing. */
export function presentModel(name: string, path: Path, notes: Notes): string {
  const family = RETIRED.find(([pattern]) => pattern.test(name))?.[1];
  if (family === undefined) return name;
  notes.warn(path, `${name} is retired; read as the family ${family}`, 'key');
  return family;
}
