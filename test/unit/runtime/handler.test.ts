import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logger, makeHandler } from '../../../shared/runtime/handler.ts';

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'tollbook-dev-rollUp',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:tollbook-dev-rollUp',
  memoryLimitInMB: '512',
  awsRequestId: '2f6c1b8e-90d4-4a57-b3e1-7c5d0a9f8264',
  logGroupName: '/aws/lambda/tollbook-dev-rollUp',
  logStreamName: '2026/11/22/[$LATEST]0123456789abcdef',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

afterEach(() => {
  vi.restoreAllMocks();
});

function listen() {
  return {
    info: vi.spyOn(logger, 'info').mockReturnValue(),
    error: vi.spyOn(logger, 'error').mockReturnValue(),
  };
}

describe('makeHandler', () => {
  it('hands the event over as it is and gives back what came out', async () => {
    listen();
    const handler = makeHandler('echo', async (event, { awsRequestId }) => ({ event, awsRequestId }));
    const event = { awslogs: { data: '' } };
    const outcome = await handler(event, CONTEXT);
    expect(outcome.event).toBe(event);
    expect(outcome.awsRequestId).toBe(CONTEXT.awsRequestId);
  });

  it('logs the outcome under the name of the function, amounts as exact text', async () => {
    const { info } = listen();
    const spent = { posted: 2, costs: [{ costPicoUsd: 10n ** 30n }] };
    const outcome = await makeHandler('ingestLogs', async () => spent)({}, CONTEXT);
    expect(outcome).toBe(spent);
    expect(info).toHaveBeenCalledExactlyOnceWith('ingestLogs', {
      outcome: { posted: 2, costs: [{ costPicoUsd: `1${'0'.repeat(30)}` }] },
    });
  });

  it('logs of an HTTP answer how it ended and how long it is, never what is in it', async () => {
    const { info } = listen();
    const answer = { statusCode: 200, headers: { etag: '"secret"' }, body: '{"user":"ada"}' };
    expect(await makeHandler('decisions', async () => answer)({}, CONTEXT)).toBe(answer);
    expect(info).toHaveBeenCalledExactlyOnceWith('decisions', {
      outcome: { statusCode: 200, bodyCharacters: 14 },
    });
  });

  it('logs that nothing came out', async () => {
    const { info } = listen();
    await makeHandler('sweepAlerts', async () => undefined)({}, CONTEXT);
    expect(info).toHaveBeenCalledExactlyOnceWith('sweepAlerts', { outcome: null });
  });

  it('logs an error and throws it on, so that Lambda tries again', async () => {
    const { info, error } = listen();
    const failure = new Error('no table');
    const handler = makeHandler('rollUp', async () => {
      throw failure;
    });
    await expect(handler({}, CONTEXT)).rejects.toBe(failure);
    expect(error).toHaveBeenCalledExactlyOnceWith('rollUp', { error: failure });
    expect(info).not.toHaveBeenCalled();
  });
});
