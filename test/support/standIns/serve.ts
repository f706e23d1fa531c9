import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll } from 'vitest';
import { closeServer, listenLocally } from '../../../infra/local/topic.ts';

/** Serves a stand-in on a free port of the loopback address; gives its URL. Ends with the test file. */
export async function serveStandIn(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const port = await listenLocally(server, 0);
  afterAll(() => closeServer(server));
  return `http://127.0.0.1:${port}`;
}

/** Answers as the AWS JSON protocols do; an error is told by `__type`. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

/** An AWS account of its own for a command line: its keys open nothing. */
export const TEST_ACCOUNT = {
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;
