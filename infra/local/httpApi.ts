import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { Deployment } from './deployment.ts';
import type { Issuer } from './issuer.ts';
import { LocalError } from './localError.ts';
import { closeServer, listenLocally } from './topic.ts';

export type HttpApi = Readonly<{ port: number; stop(): Promise<void> }>;

type Route = Deployment['routes'][number];
type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

const answerSchema = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(''),
});

/**
 * Serves the deployment's HTTP API on the loopback address, as API Gateway does: routes and the JWT check
 * before the function, version 2.0 events to it.
 */
export async function startHttpApi(
  port: number,
  { routes, issuer, invoke }: { routes: readonly Route[]; issuer: Issuer; invoke: Invoke },
): Promise<HttpApi> {
  const server = createServer((request, response) => {
    answer(request, { routes, issuer, invoke }).then(
      ({ statusCode, headers, body }) => send(response, { statusCode, headers, body }),
      () => send(response, gatewayAnswer(500, 'Internal Server Error')),
    );
  });
  try {
    return { port: await listenLocally(server, port), stop: () => closeServer(server) };
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const reason = isTaken ? 'is taken' : 'cannot be used';
    throw new LocalError('port', `port ${port} ${reason}: give another one with --port`, { cause });
  }
}

/** API Gateway takes bodies of up to 10 MB. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

type Answer = z.infer<typeof answerSchema>;

async function answer(
  request: IncomingMessage,
  { routes, issuer, invoke }: { routes: readonly Route[]; issuer: Issuer; invoke: Invoke },
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const route = routes.find(({ method, path }) => method === request.method && path === url.pathname);
  if (route === undefined) return gatewayAnswer(404, 'Not Found');
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return gatewayAnswer(413, 'Request Too Long');
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  const claims = scheme?.toLowerCase() === 'bearer' ? await issuer.verify(token) : undefined;
  if (claims === undefined) return gatewayAnswer(401, 'Unauthorized');
  const event = httpEvent(request, { url, route, claims, body: await text(request) });
  return answerSchema.parse(await invoke(route.functionName, event));
}

function httpEvent(
  request: IncomingMessage,
  { url, route, claims, body }: { url: URL; route: Route; claims: JWTPayload; body: string },
) {
  const parameters = [...new Set(url.searchParams.keys())].map((name) => [
    name,
    url.searchParams.getAll(name).join(','),
  ]);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(headers),
    ...(parameters.length === 0 ? {} : { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      authorizer: { jwt: { claims: claimTexts(claims), scopes: null } },
      domainName: '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: route.method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: `${route.method} ${route.path}`,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body === '' ? {} : { body }),
    isBase64Encoded: false,
  };
}

/** API Gateway hands claims on as texts, lists in brackets. */
function claimTexts(claims: JWTPayload): Record<string, string> {
  const textOf = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, textOf(value)]));
}

function gatewayAnswer(statusCode: number, message: string): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  };
}

function send(response: ServerResponse, { statusCode, headers, body }: Answer): void {
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  response.writeHead(statusCode, Object.fromEntries(texts)).end(body);
}
