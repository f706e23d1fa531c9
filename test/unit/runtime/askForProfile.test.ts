import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeServer, listenLocally } from '../../../infra/local/topic.ts';
import { askForProfile } from '../../../shared/runtime/askForProfile.ts';

const ARN = 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile';
const MODEL_ARN = 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5-5';

/** What the stand-in of Bedrock's API answers to each profile. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  found: (response) =>
    answer(response, 200, { inferenceProfileArn: `${ARN}/found`, models: [{ modelArn: MODEL_ARN }] }),
  empty: (response) => answer(response, 200, {}),
  denied: (response) => answer(response, 403, { message: 'no' }, 'AccessDeniedException'),
  gone: (response) => answer(response, 404, { message: 'no' }, 'ResourceNotFoundException'),
  wrong: (response) => answer(response, 400, { message: 'no' }, 'ValidationException'),
  busy: (response) => answer(response, 429, { message: 'no' }, 'ThrottlingException'),
  broken: (response) => response.writeHead(500).end('<html>'),
  hangs: () => {},
};

const asked: string[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const [, profile = ''] = /^\/inference-profiles\/.*%2F([a-z]+)$/.exec(request.url ?? '') ?? [];
    asked.push(profile);
    ANSWERS[profile]?.(response);
  });
  const port = await listenLocally(server, 0);
  vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await closeServer(server);
});

function answer(response: ServerResponse, status: number, body: object, error?: string): void {
  const type = error === undefined ? {} : { 'x-amzn-errortype': error };
  response.writeHead(status, { 'content-type': 'application/json', ...type }).end(JSON.stringify(body));
}

describe('asking Bedrock for a profile', () => {
  it.each([
    ['found', { kind: 'found', modelArns: [MODEL_ARN] }],
    ['empty', { kind: 'found', modelArns: [] }],
    ['denied', { kind: 'refused', reason: 'AccessDeniedException' }],
    ['gone', { kind: 'refused', reason: 'ResourceNotFoundException' }],
    ['wrong', { kind: 'refused', reason: 'ValidationException' }],
    ['busy', { kind: 'failed', reason: 'ThrottlingException' }],
    ['broken', { kind: 'failed' }],
  ])('gives an answer and asks once: %s', async (profile, expected) => {
    asked.length = 0;
    expect(await askForProfile(`${ARN}/${profile}`, AbortSignal.timeout(5_000))).toMatchObject(expected);
    expect(asked).toEqual([profile]);
  });

  it('gives up when it is told to', async () => {
    const startedMs = performance.now();
    const signal = AbortSignal.timeout(100);
    expect(await askForProfile(`${ARN}/hangs`, signal)).toMatchObject({ kind: 'failed' });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('asks nothing about profiles of other regions', async () => {
    asked.length = 0;
    const elsewhere = ARN.replace('eu-west-1', 'us-east-1');
    expect(await askForProfile(`${elsewhere}/found`, AbortSignal.timeout(5_000))).toEqual({
      kind: 'refused',
      reason: 'other_region',
    });
    expect(asked).toEqual([]);
  });
});
