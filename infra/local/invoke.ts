import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const MAX_RUNTIME_MS = 300_000;

/** Calls a function's real handler, as Lambda would: one event, one context, one answer. */
export async function invoke(functionName: string, event: unknown): Promise<unknown> {
  const { handler } = (await import(`../../functions/${functionName}.ts`)) as { handler: Handler };
  return handler(event, makeContext(functionName));
}

function makeContext(functionName: string): Context {
  const deadlineMs = Date.now() + MAX_RUNTIME_MS;
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: false,
    functionName: `tollbook-local-${functionName}`,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:tollbook-local-${functionName}`,
    logGroupName: `/aws/lambda/tollbook-local-${functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
