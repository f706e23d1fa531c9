import { NO_TOKENS, type TokenClass, type Tokens } from '../tokens.ts';
import { type ModelCapability, strengthOfFamily, tokensWith } from './capabilities.ts';
import type { DecisionRequest } from './decision.ts';
import { wholeCount } from './estimate.ts';
import {
  type ChoiceQuestion,
  type Complexity,
  cheapestCapable,
  type Need,
  type PriceOf,
} from './modelChoice.ts';
import { modelFamily, modelName } from './modelFamily.ts';
import { spellLike } from './spelling.ts';
import type { Suggest, SuggestionRoom } from './suggestion.ts';

/** Compares models for a request that does not say how long it is. Nothing is charged or refused by it. */
const USUAL_TOKENS: Tokens = { ...NO_TOKENS, input: 4_000, output: 1_000 };

export type SuggestParts = Readonly<{
  priceOf: PriceOf;
  capabilities: readonly ModelCapability[];
  /** How hard the request is, before what it states itself; one step below the model asked for where nobody says. */
  complexityOf?: (request: DecisionRequest) => Complexity | undefined;
}>;

/**
 * Makes the `suggest` of `decide`: a model of the same vendor, spelt as the one asked for, that costs less, can
 * hold the request, can do as much as the other but for its strength, and would go at once. One step weaker is
 * tried before two. `decide` is asked again for each, because a budget may count one family only. Nothing is
 * suggested for a model of unknown strength, or one that has no price. Before all that comes the model that a
 * routing rule names, dearer ones too, if it has a price and would go at once.
 */
export function makeSuggest({ priceOf, capabilities, complexityOf }: SuggestParts): Suggest {
  const rows = new Map(capabilities.map((row) => [row.model, row]));
  return (request, room) => {
    const stated = statedTokens(request);
    const routed = followPriced(request, room, { priceOf, rows, stated });
    if (routed !== undefined || !room.isHeld) return routed;
    const asked = rows.get(modelName(request.model));
    const strength = asked?.strength ?? strengthOfFamily(modelFamily(request.model));
    const tokens = stated ?? USUAL_TOKENS;
    const costPicoUsd = priceOf(request.model, tokens);
    if (strength === undefined || costPicoUsd === undefined) return undefined;
    const vendor = asked?.vendor ?? vendorOf(request.model);
    const complexities = stepsDown(complexityOf?.(request) ?? request.complexity, strength);
    return firstChoice(complexities, {
      need: { tokens, ...(asked === undefined ? {} : abilitiesOf(asked)) },
      capabilities: capabilities.filter((row) => row.vendor === vendor && row.model !== asked?.model),
      priceOf,
      // Only what costs less is a suggestion; prices are whole pico-USD.
      budgetPicoUsd: costPicoUsd - 1n,
      isAllowed: (id, picoUsd, counted) =>
        // A guessed length makes a guessed cost: such a request is asked about with what it states itself.
        stated === undefined ? room.isAllowed(id) : room.isAllowed(id, { picoUsd, tokens: counted }),
      idOf: (row) => spellLike(request.model, row),
    });
  };
}

type Question = Omit<ChoiceQuestion, 'need'> & Readonly<{ need: Omit<Need, 'complexity'> }>;

/** The cheapest model for the first of these complexities for which there is one. */
function firstChoice(complexities: readonly Complexity[], { need, ...rest }: Question): string | undefined {
  for (const complexity of complexities) {
    const choice = cheapestCapable({ ...rest, need: { ...need, complexity } });
    if (choice.kind === 'chosen') return choice.model;
  }
  return undefined;
}

type Priced = Readonly<{
  priceOf: PriceOf;
  rows: ReadonlyMap<string, ModelCapability>;
  stated: Tokens | undefined;
}>;

/** The model of a rule, spelt as the request spells its own where the rule gives the plain name. */
function followPriced(
  request: DecisionRequest,
  { routed, isAllowed }: SuggestionRoom,
  { priceOf, rows, stated }: Priced,
): string | undefined {
  if (routed === undefined) return undefined;
  const row = rows.get(modelName(routed));
  const model = row !== undefined && routed === row.model ? spellLike(request.model, row) : routed;
  const countedBy = rows.get(modelName(request.model));
  const tokens = row === undefined ? stated : stated && tokensWith(row, stated, countedBy);
  const picoUsd = priceOf(model, tokens ?? USUAL_TOKENS);
  if (picoUsd === undefined) return undefined;
  const mayGo = tokens === undefined ? isAllowed(model) : isAllowed(model, { picoUsd, tokens });
  return mayGo ? model : undefined;
}

/** Nobody says whether a request has images or tools, so what the model asked for can do counts as needed. */
function abilitiesOf(asked: ModelCapability): Partial<Need> {
  return { countedBy: asked, needsVision: asked.canSee, needsTools: asked.canUseTools };
}

/** A broken count may not reach a price, which is worked out in whole numbers. */
function statedTokens({ estimate }: DecisionRequest): Tokens | undefined {
  const count = (tokenClass: TokenClass) => wholeCount(estimate?.tokens[tokenClass]);
  const tokens: Tokens = {
    input: count('input'),
    cacheRead: count('cacheRead'),
    cacheWrite5m: count('cacheWrite5m'),
    cacheWrite1h: count('cacheWrite1h'),
    output: count('output'),
  };
  return Object.values(tokens).some((one) => one > 0) ? tokens : undefined;
}

const STEPS = { high: ['high', 'medium', 'low'], medium: ['medium', 'low'], low: ['low'] } as const;

/** The complexity to look for first, and the easier ones after it unless somebody said how hard it is. */
function stepsDown(stated: Complexity | undefined, strength: number): readonly Complexity[] {
  if (stated !== undefined) return [stated];
  return strength >= 4 ? STEPS.high : strength === 3 ? STEPS.medium : STEPS.low;
}

function vendorOf(modelId: string): ModelCapability['vendor'] {
  return modelName(modelId).startsWith('claude') ? 'anthropic' : 'amazon';
}
