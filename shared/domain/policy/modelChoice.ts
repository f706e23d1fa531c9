import { promptTokens, type Tokens } from '../tokens.ts';
import { type ModelCapability, tokensWith } from './capabilities.ts';

export const COMPLEXITIES = ['low', 'medium', 'high'] as const;
export type Complexity = (typeof COMPLEXITIES)[number];

/** What a request asks of a model. `tokens` are an estimate; its output is what there must be room for. */
export type Need = Readonly<{
  complexity: Complexity;
  tokens: Tokens;
  /** The model that counted them; none of the table without it. */
  countedBy?: ModelCapability;
  needsVision?: boolean;
  needsTools?: boolean;
}>;

/** Pico-USD of a request with this model; `undefined` when that is not known. */
export type PriceOf = (model: string, tokens: Tokens) => bigint | undefined;

export type ChoiceQuestion = Readonly<{
  need: Need;
  capabilities: readonly ModelCapability[];
  /** Whether access lists and budgets would let this model go. Asked with the id as `idOf` writes it. */
  isAllowed(id: string, costPicoUsd: bigint, tokens: Tokens): boolean;
  priceOf: PriceOf;
  /** No model that costs more is chosen; any without it. */
  budgetPicoUsd?: bigint;
  /** How the gateway spells a model; its plain name without. */
  idOf?: (capability: ModelCapability) => string;
}>;

/** Why there is no model: what the last of them failed at, in this order. */
export type NoChoice = 'none_is_capable' | 'none_has_a_price' | 'none_is_within_budget' | 'none_is_allowed';

export type Choice =
  | Readonly<{ kind: 'chosen'; model: string; costPicoUsd: bigint; capability: ModelCapability }>
  | Readonly<{ kind: 'none'; reason: NoChoice }>;

const LEAST_STRENGTH: Readonly<Record<Complexity, number>> = { low: 1, medium: 2, high: 3 };

type Candidate = Readonly<{
  id: string;
  costPicoUsd: bigint;
  /** Those of the need, as this model counts them. */
  tokens: Tokens;
  capability: ModelCapability;
}>;

/**
 * The cheapest model that can do what a request needs, is allowed and within budget. Of several at one price: a
 * current one before a legacy one, then the stronger, then by name. So the answer does not depend on the
 * order of the table. `isAllowed` is asked from the cheapest on and no further than the answer.
 */
export function cheapestCapable(question: ChoiceQuestion): Choice {
  const { need, capabilities, priceOf, budgetPicoUsd, isAllowed, idOf } = question;
  const capable = capabilities.filter((capability) => isCapable(capability, need));
  if (capable.length === 0) return { kind: 'none', reason: 'none_is_capable' };
  const priced = capable.flatMap((capability): Candidate[] => {
    const id = idOf?.(capability) ?? capability.model;
    const tokens = tokensWith(capability, need.tokens, need.countedBy);
    const costPicoUsd = priceOf(id, tokens);
    return costPicoUsd === undefined ? [] : [{ id, costPicoUsd, tokens, capability }];
  });
  if (priced.length === 0) return { kind: 'none', reason: 'none_has_a_price' };
  const within = priced.filter(
    ({ costPicoUsd }) => budgetPicoUsd === undefined || costPicoUsd <= budgetPicoUsd,
  );
  if (within.length === 0) return { kind: 'none', reason: 'none_is_within_budget' };
  const chosen = within
    .toSorted(byPreference)
    .find(({ id, costPicoUsd, tokens }) => isAllowed(id, costPicoUsd, tokens));
  if (chosen === undefined) return { kind: 'none', reason: 'none_is_allowed' };
  const { id, costPicoUsd, capability } = chosen;
  return { kind: 'chosen', model: id, costPicoUsd, capability };
}

function isCapable(
  capability: ModelCapability,
  { complexity, needsVision, needsTools, ...need }: Need,
): boolean {
  const tokens = tokensWith(capability, need.tokens, need.countedBy);
  return (
    capability.strength >= LEAST_STRENGTH[complexity] &&
    tokens.output <= capability.maxOutputTokens &&
    promptTokens(tokens) + tokens.output <= capability.contextTokens &&
    (needsVision !== true || capability.canSee) &&
    (needsTools !== true || capability.canUseTools)
  );
}

function byPreference(a: Candidate, b: Candidate): number {
  if (a.costPicoUsd !== b.costPicoUsd) return a.costPicoUsd < b.costPicoUsd ? -1 : 1;
  if (a.capability.standing !== b.capability.standing) return a.capability.standing === 'current' ? -1 : 1;
  if (a.capability.strength !== b.capability.strength) return b.capability.strength - a.capability.strength;
  return a.id < b.id ? -1 : 1;
}

/** The tasks of seed 003's router, by how hard they are. */
export const TASK_COMPLEXITY: ReadonlyMap<string, Complexity> = new Map([
  ['complex_code', 'high'],
  ['architecture', 'high'],
  ['analysis', 'high'],
  ['general_code', 'medium'],
  ['refactoring', 'medium'],
  ['testing', 'medium'],
  ['simple_code', 'low'],
  ['formatting', 'low'],
  ['comments', 'low'],
]);
