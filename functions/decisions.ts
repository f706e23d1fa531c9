import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { CAPABILITIES } from '../shared/domain/policy/capabilities.ts';
import { decide } from '../shared/domain/policy/decide.ts';
import { decisionBody, decisionJson } from '../shared/domain/policy/decisionBody.ts';
import { hardBudgetsNear, refuseForHardBudget } from '../shared/domain/policy/hardBudgets.ts';
import { makeSuggest } from '../shared/domain/policy/makeSuggest.ts';
import type { Suggest } from '../shared/domain/policy/suggestion.ts';
import type { PseudonymOf } from '../shared/domain/pseudonym.ts';
import { makePriceOf } from '../shared/pricing/makePriceOf.ts';
import { bundledPriceBook, type PriceBook } from '../shared/pricing/priceBook.ts';
import { isGateway, NO_GATEWAY } from '../shared/runtime/callerRole.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer, problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { readJsonBody } from '../shared/runtime/jsonBody.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import { readPseudonyms } from '../shared/runtime/pseudonyms.ts';
import { type BurstCounter, openBurstCounter } from '../shared/store/burstCounter.ts';
import { dynamoBurstStore } from '../shared/store/burstStore.ts';
import type { OperationDependencies } from '../shared/store/carryOutOperations.ts';
import { type DecisionDependencies, snapshotFor } from '../shared/store/decisionSnapshot.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoLeaseStore } from '../shared/store/leaseStore.ts';
import { openPolicyCache } from '../shared/store/policyCache.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { reserveHard } from '../shared/store/reserveHard.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';
import { dynamoTotalStore } from '../shared/store/totalStore.ts';

const MAX_BODY_BYTES = 16_384;

export type DecisionsDependencies = Omit<DecisionDependencies, 'countBurst'> &
  Readonly<{
    bursts: BurstCounter;
    reservations: Pick<OperationDependencies, 'stores' | 'pause'>;
    roleClaim: string;
    /** What suggested models are compared by; asked for only when one is needed. */
    openPriceBook: () => PriceBook;
    pseudonymOf?: PseudonymOf | undefined;
  }>;

/**
 * `POST /decisions`: may this request go, and how? For gateways that do not decide by themselves. Nothing
 * is written but the window of a burst rule that all gateways share, and, near the limit of a hard budget, what
 * the request reserves of it.
 */
export async function decisions(
  event: unknown,
  dependencies: DecisionsDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { roleClaim, bursts, now, openPriceBook, pseudonymOf = (user) => user } = dependencies;
  if (!isGateway(event, roleClaim)) return problemAnswer(403, NO_GATEWAY);
  const body = readJsonBody(event, { schema: decisionBody, maxBytes: MAX_BODY_BYTES });
  if (body.kind === 'refused') return body.answer;
  const { requestId = randomUUID().replaceAll('-', ''), request: asked } = body.value;
  const request = { ...asked, user: pseudonymOf(asked.user) };
  const snapshot = await snapshotFor(request, {
    ...dependencies,
    countBurst: (burst) => bursts.count(burst, requestId, () => now),
  });
  const nowMs = now.getTime();
  const decision = decide(snapshot, request, { nowMs, suggest: suggestAt(now, openPriceBook) });
  if (decision.action === 'reject') return jsonAnswer(200, decisionJson(decision));
  const named = { id: requestId, isNamed: body.value.requestId !== undefined };
  const refusal = await reserveHard(hardBudgetsNear(snapshot, request, nowMs), named, {
    ...dependencies.reservations,
    policy: snapshot.policy,
    now: () => now,
  });
  const held = refusal === undefined ? decision : refuseForHardBudget(decision, refusal);
  return jsonAnswer(200, decisionJson(held));
}

/** By what the company pays, which says what is cheaper than what. */
function suggestAt(now: Date, openPriceBook: () => PriceBook): Suggest {
  return (request, room) => {
    const priceOf = makePriceOf(openPriceBook(), { startedAt: now.toISOString() });
    return makeSuggest({ priceOf, capabilities: CAPABILITIES })(request, room);
  };
}

/** Without own prices their reader is not even loaded: most decisions suggest nothing, and none waits for it. */
async function priceBookOpener(overlayFile: string | undefined): Promise<() => PriceBook> {
  if (overlayFile === undefined) return bundledPriceBook;
  const { configuredPriceBook } = await import('../shared/pricing/configuredPriceBook.ts');
  return () => configuredPriceBook(overlayFile);
}

type Kept = Omit<DecisionsDependencies, 'now' | 'roleClaim' | 'openPriceBook' | 'pseudonymOf'>;

let kept: Kept | undefined;

/** Kept from one question to the next: the policy and the people are mostly remembered. */
function openStores(totalsTable: string): Kept {
  const table = { client: documentClient(), totalsTable };
  const [bursts, increases] = [dynamoBurstStore(table), dynamoIncreaseStore(table)];
  return {
    policies: openPolicyCache(dynamoPolicyStore(table)),
    directory: dynamoDirectoryStore(table),
    standings: dynamoStandingStore(table),
    increases,
    bursts: openBurstCounter({ bursts, pause: pauseAfterContention }),
    reservations: {
      stores: { leases: dynamoLeaseStore(table), bursts, totals: dynamoTotalStore(table), increases },
      pause: pauseAfterContention,
    },
  };
}

export const handler = makeHandler('decisions', async (event) => {
  const { USAGE_TOTALS_TABLE, ROLE_CLAIM, PRICE_OVERLAY, ...keyPlace } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'ROLE_CLAIM',
    'PRICE_OVERLAY',
    'PSEUDONYM_KEY_PARAMETER',
    'PSEUDONYM_KEY_FILE',
  );
  kept ??= openStores(USAGE_TOTALS_TABLE);
  const pseudonymOf = await readPseudonyms(keyPlace);
  const openPriceBook = await priceBookOpener(PRICE_OVERLAY);
  return decisions(event, { ...kept, now: new Date(), roleClaim: ROLE_CLAIM, openPriceBook, pseudonymOf });
});
