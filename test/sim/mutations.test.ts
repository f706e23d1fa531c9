import { expect, it } from 'vitest';
import { detect, MUTATION_NAMES } from './mutationCheck.ts';

it.each(MUTATION_NAMES)('notices a ledger with %s', async (mutation) => {
  expect(await detect(mutation)).toBeDefined();
});
