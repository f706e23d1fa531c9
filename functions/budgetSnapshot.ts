import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { encodeDifference, encodeSnapshot } from '../shared/domain/policy/snapshotCodec.ts';
import { isGateway, NO_GATEWAY } from '../shared/runtime/callerRole.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { openPersonCache } from '../shared/store/personCache.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { type SnapshotDependencies, snapshotSince, takeSnapshot } from '../shared/store/snapshotData.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';

const MAX_VERSION_LENGTH = 256;

const text = z.string();
const requestSchema = z.object({
  headers: z.record(text, text).default({}),
  queryStringParameters: z.object({ since: text.max(MAX_VERSION_LENGTH).optional() }).default({}),
});

/**
 * `GET /budgets/snapshot`: all that a gateway needs to decide by itself; with `?since=<version>` what is new
 * since then, or the whole again where that cannot be told. 304 when the version in `If-None-Match` still
 * holds.
 */
export async function budgetSnapshot(
  event: unknown,
  dependencies: SnapshotDependencies & Readonly<{ roleClaim: string }>,
): Promise<APIGatewayProxyStructuredResultV2> {
  if (!isGateway(event, dependencies.roleClaim)) return problemAnswer(403, NO_GATEWAY);
  const request = requestSchema.safeParse(event);
  if (!request.success) return problemAnswer(400, 'Give a version that the ledger gave as ?since=…');
  const { headers, queryStringParameters } = request.data;
  const known = unquoted(headerOf(headers, 'if-none-match'));
  const since = queryStringParameters.since ?? known;
  if (since === undefined) return wholeAnswer(await takeSnapshot(dependencies));
  const news = await snapshotSince(since, dependencies);
  switch (news.kind) {
    case 'whole':
      return wholeAnswer(news.data);
    case 'same':
      return since === known ? answer(304, since) : wholeAnswer(await takeSnapshot(dependencies));
    case 'difference': {
      // Who did not ask for a difference gets none.
      if (queryStringParameters.since === undefined) return wholeAnswer(await takeSnapshot(dependencies));
      return answer(200, news.difference.to, encodeDifference(news.difference));
    }
    default:
      return news satisfies never;
  }
}

function wholeAnswer(data: Awaited<ReturnType<typeof takeSnapshot>>): APIGatewayProxyStructuredResultV2 {
  return answer(200, data.version, encodeSnapshot(data));
}

function answer(statusCode: number, version: string, body?: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: {
      etag: `"${version}"`,
      'cache-control': 'private, no-cache',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  };
}

/** API Gateway sends names in small letters, others may not. */
function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The version in an entity tag, which a cache on the way may have marked as weak. */
function unquoted(tag: string | undefined): string | undefined {
  return /^(?:W\/)?"([^"]{1,256})"$/.exec(tag ?? '')?.[1];
}

let stores: Omit<SnapshotDependencies, 'now'> | undefined;

function openStores(totalsTable: string): Omit<SnapshotDependencies, 'now'> {
  const table = { client: documentClient(), totalsTable };
  return {
    policies: dynamoPolicyStore(table),
    persons: openPersonCache(dynamoDirectoryStore(table)),
    standings: dynamoStandingStore(table),
    increases: dynamoIncreaseStore(table),
  };
}

export const handler = makeHandler('budgetSnapshot', async (event) => {
  const { USAGE_TOTALS_TABLE, ROLE_CLAIM } = readEnvironment('USAGE_TOTALS_TABLE', 'ROLE_CLAIM');
  stores ??= openStores(USAGE_TOTALS_TABLE);
  return budgetSnapshot(event, { ...stores, now: new Date(), roleClaim: ROLE_CLAIM });
});
