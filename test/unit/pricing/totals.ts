import { formatUsd } from '../../../shared/domain/money.ts';
import { NO_TOKENS, type Tokens } from '../../../shared/domain/tokens.ts';
import type { PriceBook } from '../../../shared/pricing/priceBook.ts';
import { type PriceRequest, priceUsage } from '../../../shared/pricing/priceUsage.ts';

type Changes = Partial<Omit<PriceRequest, 'tokens'>> & { tokens?: Partial<Tokens> };

/** A day on which every overlay of these tests holds. */
export const ON_A_DAY = { startedAt: '2026-12-01T12:00:00.000Z', serviceTier: 'standard' };

/** What a million input tokens, or the tokens given, cost in USD; or why they have no price. */
export function total(book: PriceBook, modelId: string, changes: Changes = {}): string {
  const tokens = { ...NO_TOKENS, ...(changes.tokens ?? { input: 1_000_000 }) };
  const price = priceUsage(book, { ...ON_A_DAY, modelId, ...changes, tokens });
  return price.kind === 'priced' ? formatUsd(price.totalPicoUsd) : price.reason;
}
