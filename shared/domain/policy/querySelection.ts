import { PICO_USD_PER_USD } from '../money.ts';
import type { Complexity } from './modelChoice.ts';

/** One row of a selection: it holds for these tiers and complexities, and with these amounts left. */
export type SelectionRow = Readonly<{
  /** All tiers without it. */
  tiers?: readonly string[];
  complexities?: readonly Complexity[];
  /** Strictly above this. */
  abovePicoUsd?: bigint;
  /** This or more. */
  fromPicoUsd?: bigint;
  model: string;
}>;

export type SelectionQuestion = Readonly<{ complexity: Complexity; tier: string; budgetPicoUsd: bigint }>;

/** The first row that holds decides. */
export type SelectionTable = Readonly<{ rows: readonly SelectionRow[]; otherwise: string }>;

const ONE_CENT = PICO_USD_PER_USD / 100n;
const FIVE_CENTS = 5n * ONE_CENT;

/**
 * Seed 004's selection with present models: below 0.01 USD the light one, for hard questions with more than
 * 0.05 the strong one, else the usual one. Unlike there, the tier counts: the strong model is for those who
 * pay, and a hard question with 0.01 to 0.05 left gets the usual model, which is no old one any more.
 */
export const QUERY_SELECTION: SelectionTable = {
  rows: [
    {
      tiers: ['premium', 'enterprise'],
      complexities: ['high'],
      abovePicoUsd: FIVE_CENTS,
      model: 'claude-opus-5-5',
    },
    { fromPicoUsd: ONE_CENT, model: 'claude-sonnet-5-5' },
  ],
  otherwise: 'claude-haiku-5-5',
};

/** The model that a table names for a question. */
export function selectModel(question: SelectionQuestion, table: SelectionTable = QUERY_SELECTION): string {
  return table.rows.find((row) => holds(row, question))?.model ?? table.otherwise;
}

function holds(row: SelectionRow, { complexity, tier, budgetPicoUsd }: SelectionQuestion): boolean {
  const { tiers, complexities, abovePicoUsd, fromPicoUsd } = row;
  return (
    (tiers?.includes(tier) ?? true) &&
    (complexities?.includes(complexity) ?? true) &&
    (abovePicoUsd === undefined || budgetPicoUsd > abovePicoUsd) &&
    (fromPicoUsd === undefined || budgetPicoUsd >= fromPicoUsd)
  );
}
