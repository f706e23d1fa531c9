import type { FileRow } from './priceBookFile.ts';

/**
 * What a request may pay a multiple of the rates for: `fast` is the vendor's fast mode, `inferenceUs` that
 * the vendor's own API keeps inference in the USA. Both at once multiply.
 */
export type Premium = 'fast' | 'inferenceUs';

/** The premiums of a row, each with the multiple as a decimal, and where it was read. */
export type Premiums = NonNullable<FileRow['premiums']>;

/** Answers of the vendor's API about where inference ran that leave the price as it is. */
const GEOS_WITHOUT_PREMIUM: ReadonlySet<string> = new Set(['global', 'not_available']);

/** Whether a place of inference has the premium; `undefined` for a place that nobody knows a price of. */
export function isUsInference(inferenceGeo: string | undefined): boolean | undefined {
  if (inferenceGeo === 'us') return true;
  return inferenceGeo === undefined || GEOS_WITHOUT_PREMIUM.has(inferenceGeo) ? false : undefined;
}
