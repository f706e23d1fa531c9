import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { decide } from '../shared/domain/policy/decide.ts';
import { decisionBody, decisionJson } from '../shared/domain/policy/decisionBody.ts';
import type { PseudonymOf } from '../shared/domain/pseudonym.ts';
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
import { type DecisionDependencies, snapshotFor } from '../shared/store/decisionSnapshot.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { openPolicyCache } from '../shared/store/policyCache.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';

const MAX_BODY_BYTES = 16_384;

export type DecisionsDependencies = Omit<DecisionDependencies, 'countBurst'> &
  Readonly<{ bursts: BurstCounter; roleClaim: string; pseudonymOf?: PseudonymOf | undefined }>;

/**
 * `POST /decisions`: may this request go, and how? For gateways that do not decide by themselves. Nothing
 * is written but the window of a burst rule that all gateways share.
 */
export async function decisions(
  event: unknown,
  dependencies: DecisionsDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { roleClaim, bursts, now, pseudonymOf = (user) => user } = dependencies;
  if (!isGateway(event, roleClaim)) return problemAnswer(403, NO_GATEWAY);
  const body = readJsonBody(event, { schema: decisionBody, maxBytes: MAX_BODY_BYTES });
  if (body.kind === 'refused') return body.answer;
  const { requestId = randomUUID().replaceAll('-', ''), request: asked } = body.value;
  const request = { ...asked, user: pseudonymOf(asked.user) };
  const snapshot = await snapshotFor(request, {
    ...dependencies,
    countBurst: (burst) => bursts.count(burst, requestId, () => now),
  });
  return jsonAnswer(200, decisionJson(decide(snapshot, request, { nowMs: now.getTime() })));
}

type Kept = Omit<DecisionsDependencies, 'now' | 'roleClaim' | 'pseudonymOf'>;

let kept: Kept | undefined;

/** Kept from one question to the next: the policy and the people are mostly remembered. */
function openStores(totalsTable: string): Kept {
  const table = { client: documentClient(), totalsTable };
  return {
    policies: openPolicyCache(dynamoPolicyStore(table)),
    directory: dynamoDirectoryStore(table),
    standings: dynamoStandingStore(table),
    increases: dynamoIncreaseStore(table),
    bursts: openBurstCounter({ bursts: dynamoBurstStore(table), pause: pauseAfterContention }),
  };
}

export const handler = makeHandler('decisions', async (event) => {
  const { USAGE_TOTALS_TABLE, ROLE_CLAIM, ...keyPlace } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'ROLE_CLAIM',
    'PSEUDONYM_KEY_PARAMETER',
    'PSEUDONYM_KEY_FILE',
  );
  kept ??= openStores(USAGE_TOTALS_TABLE);
  const pseudonymOf = await readPseudonyms(keyPlace);
  return decisions(event, { ...kept, now: new Date(), roleClaim: ROLE_CLAIM, pseudonymOf });
});
