import * as z from 'zod';
import { identifierProblem } from '../identifier.ts';

/** A whole amount as it travels in JSON; it may be negative, because what was used is corrected, too. */
export const amountText = z
  .string()
  .regex(/^-?\d{1,60}$/, 'is no whole number in text')
  .transform(BigInt);

export const idText = z.string().refine((text) => identifierProblem(text, 512) === undefined, 'is no id');
