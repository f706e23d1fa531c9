import { describe, expect, it } from 'vitest';
import { answerQuote, handler } from '../../../functions/quoteCosts.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { bundledServicePrices } from '../../../shared/pricing/servicePrices.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';

const BOOKS = { priceBook: bundledPriceBook(), servicePrices: bundledServicePrices() };
const NOW = new Date('2026-11-23T12:00:00.000Z');

const CONTEXT = {
  awsRequestId: '5b0c1c1e-0000-4000-8000-000000000000',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'tollbook-test-quoteCosts',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:tollbook-test-quoteCosts',
  logGroupName: '/aws/lambda/tollbook-test-quoteCosts',
  logStreamName: 'test',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 1_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

async function ask(body: string) {
  const answer = await answerQuote({ ...recordedEvent('quoteCosts'), body }, { books: BOOKS, now: NOW });
  return {
    status: answer.statusCode,
    type: answer.headers?.['content-type'],
    body: JSON.parse(answer.body ?? ''),
  };
}

describe('the handler of quoteCosts', () => {
  it('answers the recorded event with its cost block', async () => {
    const answer = await handler(recordedEvent('quoteCosts'), CONTEXT);
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    // Worked out line by line in the test of quoteCosts.
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      request_id: 'abc123-def456',
      operation: 'query',
      total_cost: '0.01324535002',
      currency: 'USD',
      unpriced: [],
      timestamp: '2025-01-10T12:00:00.000Z',
    });
  });
});

describe('answerQuote', () => {
  it('prices a request of now when it has no time', async () => {
    const { status, body } = await ask('{"request_id":"r","operation":"query","dynamodb_reads":0.5}');
    expect(status).toBe(200);
    expect(body).toStrictEqual({
      request_id: 'r',
      operation: 'query',
      total_cost: '0.0000000625',
      currency: 'USD',
      cost_breakdown: [
        {
          service: 'dynamodb',
          operation: 'requests',
          cost: '0.0000000625',
          unit: 'request_units',
          quantity: 0.5,
        },
      ],
      unpriced: [],
      timestamp: NOW.toISOString(),
    });
  });

  it('names what is wrong and where, all of it at once', async () => {
    const { status, type, body } = await ask(
      '{"request_id":"r","operation":"query","prompt":"hello","embedding_tokens":-1,"text_input_token":5}',
    );
    expect(status).toBe(400);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({
      title: 'Bad Request',
      status: 400,
      detail: 'The body has 3 mistakes; see errors.',
      errors: [
        { pointer: '#/embedding_tokens', detail: expect.stringContaining('>=0') },
        { pointer: '#/prompt', detail: 'is not known' },
        { pointer: '#/text_input_token', detail: 'is not known' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('hello');
  });

  it('reads bodies of up to 64 KB', async () => {
    const ofLength = (length: number) => '{"request_id":"r","operation":"query"}'.padEnd(length);
    expect((await ask(ofLength(65_536))).status).toBe(200);
    expect((await ask(ofLength(65_537))).body.detail).toBe('The body is longer than 65536 bytes.');
  });

  it('throws at an event that is no authorized request: that is a wrong deployment', async () => {
    await expect(answerQuote({ body: '{}' }, { books: BOOKS, now: NOW })).rejects.toThrow();
    await expect(answerQuote(recordedEvent('notify'), { books: BOOKS, now: NOW })).rejects.toThrow();
  });
});
