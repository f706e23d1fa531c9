import { makeRouter, type Router } from '../../shared/domain/policy/router.ts';
import type { RoutingRules } from '../../shared/domain/policy/routing.ts';
import type { Figure } from './figure.ts';
import { median } from './statistics.ts';

const TEXTS = 5_000;
const ROUNDS = 9;

const SEED_003 = {
  rules: [
    { pattern: 'fix.*bug|debug|error', model: 'claude-sonnet-5-5', maxTokens: 2_000 },
    { pattern: 'implement.*feature|create.*from scratch', model: 'claude-opus-5-5', maxTokens: 8_000 },
    { pattern: 'format|lint|comment', model: 'claude-haiku-5-5', maxTokens: 1_000 },
    { pattern: 'test|unit test|integration test', model: 'claude-sonnet-5-5', maxTokens: 3_000 },
    { pattern: 'architecture|design|refactor.*large', model: 'claude-opus-5-5', maxTokens: 10_000 },
  ],
  fallback: { model: 'claude-sonnet-5-5', maxTokens: 4_000 },
} as const satisfies RoutingRules;

/** The letters of each pattern, in the order of the rules: all that a search without a pattern can look for. */
const LITERALS = SEED_003.rules.map(({ pattern }) => pattern.split(/\||\.\*/));

const SENTENCES = [
  'Please look at the importer and fix the bug with empty lines.',
  'Give me some information about how transforms are chosen here.',
  'Implement the export feature that we spoke of yesterday, with its settings.',
  'The parser of invoices should take dates of every country that we sell in.',
  'Add an integration test for the sign-in page.',
  'Refactor this large module into smaller ones and keep its interface.',
  'What does this function return when the list has no entries at all?',
];

/** Routing a text of a few sentences by the rules of seed 003, against `includes` of their words in lower case. */
export async function router(): Promise<Figure[]> {
  const route = makeRouter(SEED_003);
  const texts = Array.from({ length: TEXTS }, (_, index) => textOf(index));
  timeRound(route, texts);
  const rounds = Array.from({ length: ROUNDS }, () => timeRound(route, texts));
  const oursMs = median(rounds.map((round) => round.oursMs));
  return [
    {
      benchmark: 'router',
      name: 'speed of routing / of includes of every word',
      value: median(rounds.map((round) => round.bareMs / round.oursMs)),
      digits: 2,
      target: { atLeast: 0.05 },
    },
    { benchmark: 'router', name: 'texts routed', value: (TEXTS * 1_000) / oursMs, unit: '/s' },
  ];
}

/** From one sentence to four; numbers make each text another one. */
function textOf(index: number): string {
  const sentences = Array.from(
    { length: 1 + (index % 4) },
    (_, at) => SENTENCES[(index * 3 + at) % SENTENCES.length],
  );
  return `${sentences.join(' ')} (${index})`;
}

function timeRound(route: Router, texts: readonly string[]) {
  const startedMs = performance.now();
  let routed = 0;
  for (const text of texts) routed += route(text)?.rule ?? 0;
  const routedMs = performance.now();
  let found = 0;
  for (const text of texts) found += findRule(text) ?? 0;
  const endedMs = performance.now();
  // What a loop computes is used, so that it cannot be left out.
  if (routed + found <= 0) throw new Error('no text was routed');
  return { oursMs: routedMs - startedMs, bareMs: endedMs - routedMs };
}

function findRule(text: string): number | undefined {
  const lower = text.toLowerCase();
  for (const [index, literals] of LITERALS.entries()) {
    if (literals.some((literal) => lower.includes(literal))) return index;
  }
  return undefined;
}
