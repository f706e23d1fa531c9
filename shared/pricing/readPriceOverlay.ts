import type { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { identifierProblem, MAX_IDENTIFIER_BYTES, MAX_MODEL_ID_BYTES } from '../domain/identifier.ts';
import { overlayFile } from './overlayFile.ts';
import { PriceBookError } from './priceBookError.ts';
import type { Locate, PriceOverlay } from './priceOverlay.ts';
import { readYaml } from './readYaml.ts';

const MAX_OVERLAY_CHARACTERS = 1_048_576;

/**
 * Reads a company's own prices from YAML. What needs the price book to be judged (models, sources,
 * neighbours) is checked by `applyOverlay`. Throws `PriceBookError` with `file:line:column` in front.
 */
export function readPriceOverlay(text: string, file: string): PriceOverlay {
  if (text.length > MAX_OVERLAY_CHARACTERS) {
    throw new PriceBookError(
      'file_malformed',
      `${file}: is longer than ${MAX_OVERLAY_CHARACTERS} characters`,
    );
  }
  const yaml = readYaml(text, file);
  if (yaml.kind === 'malformed') {
    const [{ place, why }] = yaml.mistakes;
    throw new PriceBookError('file_malformed', `${place}: ${why}`);
  }
  const { locate } = yaml;
  const value = withoutEmptySections(yaml.value);
  const parsed = overlayFile.safeParse(value, { jitless: true });
  if (!parsed.success) throw shapeError(parsed.error.issues, locate);
  const { sources, discounts, prices, profiles } = parsed.data;
  for (const id of Object.keys(sources)) checkKey(['sources', id], MAX_IDENTIFIER_BYTES, locate);
  // Log lines with a longer or a broken model id go to quarantine: such a profile would never be met.
  for (const id of Object.keys(profiles)) checkKey(['profiles', id], MAX_MODEL_ID_BYTES, locate);
  return {
    sources: new Map(Object.entries(sources)),
    discounts: discounts.map(({ percent, ...rest }) => ({ ...definedOnly(rest), picoPercent: percent })),
    prices: prices.map(definedOnly),
    profiles: new Map(Object.entries(profiles)),
    locate,
  };
}

/** A section whose entries are all commented out is an empty text to YAML, and the same as none. */
function withoutEmptySections(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {};
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== ''));
}

/** A misspelt key comes first, because what is missing is usually missing for its sake. */
function shapeError(issues: readonly z.core.$ZodIssue[], locate: Locate): PriceBookError {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)));
  const place =
    issue?.code === 'unrecognized_keys' ? locate([...path, issue.keys[0] ?? ''], 'key') : locate(path);
  const [message = 'cannot be read'] = issue?.message.split('\n') ?? [];
  return new PriceBookError('file_malformed', [place, path.join('.'), message].filter(Boolean).join(': '));
}

function checkKey(path: readonly [section: string, id: string], maxBytes: number, locate: Locate): void {
  const [section, id] = path;
  const problem = identifierProblem(id, maxBytes);
  if (problem === undefined) return;
  throw new PriceBookError('file_malformed', `${locate(path, 'key')}: ${section}: the id ${problem}`);
}
