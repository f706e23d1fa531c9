import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { encodeOperations, leaseBody } from '../shared/domain/policy/leaseWire.ts';
import { EMPTY_POLICY } from '../shared/domain/policy/policy.ts';
import { isGateway, NO_GATEWAY } from '../shared/runtime/callerRole.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer, problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { readJsonBody } from '../shared/runtime/jsonBody.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import { dynamoBurstStore } from '../shared/store/burstStore.ts';
import { carryOutOperations, type OperationDependencies } from '../shared/store/carryOutOperations.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoLeaseStore } from '../shared/store/leaseStore.ts';
import { openPolicyCache, type PolicyCache } from '../shared/store/policyCache.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { dynamoTotalStore } from '../shared/store/totalStore.ts';

const MAX_BODY_BYTES = 131_072;

export type LeasesDependencies = Omit<OperationDependencies, 'policy'> &
  Readonly<{ policies: PolicyCache; roleClaim: string }>;

/**
 * `POST /leases`: gateways take, tell of, renew and give back slices of hard budgets, and have requests
 * counted that a burst rule counts across all gateways.
 */
export async function leases(
  event: unknown,
  { policies, roleClaim, ...dependencies }: LeasesDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (!isGateway(event, roleClaim)) return problemAnswer(403, NO_GATEWAY);
  const body = readJsonBody(event, { schema: leaseBody, maxBytes: MAX_BODY_BYTES });
  if (body.kind === 'refused') return body.answer;
  const policy = (await policies.read(dependencies.now()))?.policy ?? EMPTY_POLICY;
  const answers = await carryOutOperations(body.value.operations, { ...dependencies, policy });
  return { ...jsonAnswer(200, {}), body: encodeOperations({ answers }) };
}

type Kept = Pick<LeasesDependencies, 'policies' | 'stores'>;

let kept: Kept | undefined;

function openStores(totalsTable: string): Kept {
  const table = { client: documentClient(), totalsTable };
  return {
    policies: openPolicyCache(dynamoPolicyStore(table)),
    stores: {
      leases: dynamoLeaseStore(table),
      bursts: dynamoBurstStore(table),
      totals: dynamoTotalStore(table),
      increases: dynamoIncreaseStore(table),
    },
  };
}

export const handler = makeHandler('leases', async (event) => {
  const { USAGE_TOTALS_TABLE, ROLE_CLAIM } = readEnvironment('USAGE_TOTALS_TABLE', 'ROLE_CLAIM');
  kept ??= openStores(USAGE_TOTALS_TABLE);
  const now = () => new Date();
  return leases(event, { ...kept, roleClaim: ROLE_CLAIM, now, pause: pauseAfterContention });
});
