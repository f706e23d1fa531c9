import { keptPolicy } from '../../infra/local/config.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { CAPABILITIES } from '../../shared/domain/policy/capabilities.ts';
import { decide } from '../../shared/domain/policy/decide.ts';
import type { DecisionRequest } from '../../shared/domain/policy/decision.ts';
import { decisionBody } from '../../shared/domain/policy/decisionBody.ts';
import { makeSuggest } from '../../shared/domain/policy/makeSuggest.ts';
import type { PriceOf } from '../../shared/domain/policy/modelChoice.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import { makePromptSearch } from '../../shared/domain/policy/router.ts';
import { featuresOf, routeOf } from '../../shared/domain/policy/routing.ts';
import { NO_TOKENS } from '../../shared/domain/tokens.ts';
import { UNATTRIBUTED } from '../../shared/domain/usage.ts';
import { makePriceOf } from '../../shared/pricing/makePriceOf.ts';
import { snapshotFor } from '../../shared/store/decisionSnapshot.ts';
import type { Ledger, LedgerOptions } from '../openLedger.ts';
import { formatRouting, type RoutingReport, routingJson } from '../output/budgetRoute.ts';
import { openPriceBook } from './ownPrices.ts';
import { readPolicyFile } from './policyFile.ts';
import { printFromLedger } from './withLedger.ts';

type RouteOptions = LedgerOptions &
  Readonly<{
    model: string;
    query?: string;
    user?: string;
    team?: string;
    operation?: string;
    entrypoint?: string;
    complexity?: string;
    promptTokens?: number;
    outputTokens?: number;
    policy?: string;
    json?: boolean;
  }>;

/** `tollbook budgets route`: which routing rule holds for a request, and what would be suggested now. */
export async function routeCommand(options: RouteOptions): Promise<void> {
  const now = new Date();
  const priceOf = makePriceOf(openPriceBook(options), { startedAt: now.toISOString() });
  const asked = readRequest(options, priceOf);
  const written = options.policy === undefined ? undefined : readPolicyFile(options.policy);
  await printFromLedger(options, async (ledger) => {
    const pseudonymOf = await ledger.pseudonyms();
    const policy = written && keptPolicy(written, pseudonymOf).policy;
    const request = pseudonymOf === undefined ? asked : { ...asked, user: pseudonymOf(asked.user) };
    const report = await route({ request, query: options.query, policy, priceOf, now }, ledger);
    return options.json === true ? JSON.stringify(routingJson(report)) : formatRouting(report);
  });
}

type Question = Readonly<{
  request: DecisionRequest;
  query: string | undefined;
  /** Instead of the one in force. */
  policy: Policy | undefined;
  priceOf: PriceOf;
  now: Date;
}>;

async function route(
  { request, query, policy: given, priceOf, now }: Question,
  { stores }: Ledger,
): Promise<RoutingReport> {
  const policy = given ?? (await stores.policies.current())?.policy ?? EMPTY_POLICY;
  const snapshot = await snapshotFor(request, {
    ...stores,
    policies: { read: async () => ({ policy, number: 0 }) },
    // Nobody's window changes for a question of an operator.
    countBurst: async () => ({ count: 0 }),
    now,
  });
  const { routing } = policy;
  const hasPattern =
    routing === undefined || query === undefined ? undefined : makePromptSearch(routing)(query);
  const decision = decide(snapshot, request, {
    nowMs: now.getTime(),
    suggest: makeSuggest({ priceOf, capabilities: CAPABILITIES }),
    ...(hasPattern && { hasPattern }),
  });
  const found = routing && routeOf(routing, { ...featuresOf(request), hasPattern });
  return { model: request.model, routing, route: found, decision };
}

/** The request as a gateway would state it, with what it would cost at the prices of now. */
function readRequest(options: RouteOptions, priceOf: PriceOf): DecisionRequest {
  const { model, team, operation, entrypoint, complexity, promptTokens, outputTokens } = options;
  const stated = { user: options.user ?? UNATTRIBUTED, model, team, operation, entrypoint, complexity };
  const read = decisionBody.safeParse(stated);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new LocalError('usage', `--${issue?.path.join('.')} ${issue?.message}`);
  }
  if (promptTokens === undefined && outputTokens === undefined) return read.data.request;
  const tokens = { ...NO_TOKENS, input: promptTokens ?? 0, output: outputTokens ?? 0 };
  return { ...read.data.request, estimate: { picoUsd: priceOf(model, tokens) ?? 0n, tokens } };
}
