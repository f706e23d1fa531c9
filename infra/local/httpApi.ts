import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
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
  const found = findRoute(routes, { method: request.method, path: url.pathname });
  if (found === undefined) return gatewayAnswer(404, 'Not Found');
  const { route, pathParameters } = found;
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return gatewayAnswer(413, 'Request Too Long');
  const claims = route.isOpen ? undefined : await claimsOf(request, issuer);
  if (claims === undefined && !route.isOpen) return gatewayAnswer(401, 'Unauthorized');
  const body = await buffer(request);
  const event = httpEvent(request, { url, route, pathParameters, claims, body });
  return answerSchema.parse(await invoke(route.functionName, event));
}

async function claimsOf(
  { headers }: IncomingMessage,
  issuer: Pick<Issuer, 'verify'>,
): Promise<JWTPayload | undefined> {
  const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? issuer.verify(token) : undefined;
}

type FoundRoute = Readonly<{ route: Route; pathParameters: Readonly<Record<string, string>> }>;

/** The route that a path takes: the same steps, of which one in braces may be any text. */
function findRoute(
  routes: readonly Route[],
  { method, path }: Readonly<{ method: string | undefined; path: string }>,
): FoundRoute | undefined {
  const steps = path.split('/');
  for (const route of routes.filter((each) => each.method === method)) {
    const names = route.path.split('/');
    const isTaken = (name: string, index: number) =>
      name === steps[index] || (name.startsWith('{') && (steps[index] ?? '') !== '');
    if (names.length !== steps.length || !names.every(isTaken)) continue;
    const parameters = names.flatMap((name, index) =>
      name.startsWith('{') ? [[name.slice(1, -1), decodeStep(steps[index] ?? '')] as const] : [],
    );
    return { route, pathParameters: Object.fromEntries(parameters) };
  }
  return undefined;
}

/** A step that is no valid percent-encoding is taken as it is. */
function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** Bodies of these API Gateway hands on as they are, all others in base64: forms too. */
const TEXT_TYPE = /^(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+json)\b)/i;

type HttpEventParts = FoundRoute & Readonly<{ url: URL; claims: JWTPayload | undefined; body: Buffer }>;

function httpEvent(request: IncomingMessage, { url, route, pathParameters, claims, body }: HttpEventParts) {
  const parameters = [...new Set(url.searchParams.keys())].map((name) => [
    name,
    url.searchParams.getAll(name).join(','),
  ]);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(',')]);
  const now = new Date();
  const isText = body.length === 0 || TEXT_TYPE.test(request.headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(headers),
    ...(parameters.length === 0 ? {} : { queryStringParameters: Object.fromEntries(parameters) }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(claims && { authorizer: { jwt: { claims: claimTexts(claims), scopes: null } } }),
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
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: !isText,
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
