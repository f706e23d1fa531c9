import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../../domain/identifier.ts';
import { COMPLEXITIES } from '../../domain/policy/modelChoice.ts';
import { findPatternProblem, findSizeProblem } from '../../domain/policy/pattern.ts';
import { findOverlaps } from '../../domain/policy/router.ts';
import type { RoutingRule, RoutingRules, RoutingTarget } from '../../domain/policy/routing.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { bareNumber } from './importedWords.ts';
import type { Notes, Part, Sourced } from './notes.ts';
import { childOf, itemsOf, parsePart } from './parts.ts';
import { identifier, word } from './words.ts';

/** Reads routing rules: in the words of seed 003's file, which people have, and a few of the same kind. */

const MAX_RULES = 100;
/** Far above what any model answers with or reads: more is a mistake of units. */
const MAX_TOKENS = 10_000_000;

/** Kept as it was written, because that is how the gateway will call it. */
const model = word((text) => {
  const problem = identifierProblem(text, MAX_MODEL_ID_BYTES);
  return problem === undefined ? { value: text } : { problem: `${JSON.stringify(text)} ${problem}` };
});

const pattern = word((text) => {
  const problem = findPatternProblem(text);
  return problem === undefined
    ? { value: text }
    : { problem: `this pattern is wrong at its character ${problem.position}: ${problem.why}` };
});

const TARGET = { model, max_tokens: bareNumber(MAX_TOKENS) };
const routingShape = section({ rules: z.unknown().optional(), default: z.unknown().optional() });
const targetShape = section(TARGET);
const ruleShape = section({
  pattern: pattern.optional(),
  operation: identifier.optional(),
  entrypoint: identifier.optional(),
  complexity: choice(COMPLEXITIES, 'complexity').optional(),
  max_prompt_tokens: bareNumber(MAX_TOKENS).optional(),
  ...TARGET,
});

/** `routing`: which model a request should go to. */
export function readRouting(part: Part, notes: Notes): Sourced<RoutingRules> | undefined {
  if (parsePart(routingShape, part, notes) === undefined) return undefined;
  const items = itemsOf(childOf(part, 'rules'), notes);
  const surplus = items[MAX_RULES];
  if (surplus !== undefined) notes.mistake(surplus.path, `there are more than ${MAX_RULES} rules`);
  const rules = items.slice(0, MAX_RULES).flatMap((item) => readRule(item, notes) ?? []);
  const fallback = readFallback(childOf(part, 'default'), notes);
  const tooLarge = findSizeProblem(rules.flatMap((rule) => rule.pattern ?? []));
  if (tooLarge !== undefined) notes.mistake([...part.path, 'rules'], tooLarge);
  // Places of overlaps are numbers of rules, and those of fewer rules than were written would be others.
  else if (rules.length === items.length) warnOfOverlaps({ rules }, part, notes);
  return { value: { rules, ...definedOnly({ fallback }) }, path: part.path };
}

function readRule(item: Part, notes: Notes): RoutingRule | undefined {
  const fields = parsePart(ruleShape, item, notes);
  if (fields === undefined) return undefined;
  const { model: name, max_tokens: maxTokens, max_prompt_tokens: maxPromptTokens, ...others } = fields;
  const conditions = definedOnly({ ...others, maxPromptTokens });
  if (Object.keys(conditions).length === 0) {
    notes.mistake(item.path, 'this rule asks nothing of a request; what all others get stands under default');
  }
  return { model: name, maxTokens, ...conditions };
}

function readFallback(part: Part, notes: Notes): RoutingTarget | undefined {
  const fields = part.value === undefined ? undefined : parsePart(targetShape, part, notes);
  return fields && { model: fields.model, maxTokens: fields.max_tokens };
}

function warnOfOverlaps(routing: RoutingRules, part: Part, notes: Notes): void {
  for (const { rule, alternative, takenByRule, takenBy } of findOverlaps(routing)) {
    const taker = takenByRule === rule ? 'this rule' : `rule ${takenByRule + 1}`;
    const why = `"${alternative}" never decides, because ${taker} looks for "${takenBy}" before it`;
    notes.warn([...part.path, 'rules', rule, 'pattern'], why);
  }
}
