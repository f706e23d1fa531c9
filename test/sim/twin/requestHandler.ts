import { failureBody, TwinFailure } from './failures.ts';

/** A request as the SDK hands it to its HTTP handler, after all of its middleware. */
export type WireRequest = Readonly<{ headers: Readonly<Record<string, string>>; body: string }>;

/** An answer as the SDK takes it from its HTTP handler. */
export type WireResponse = Readonly<{
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}>;

/** Takes the place of HTTP below an SDK client: everything above it is the SDK's own. */
export type WireHandler = Readonly<{ handle(request: unknown): Promise<{ response: WireResponse }> }>;

const HEADERS = { 'content-type': 'application/x-amz-json-1.0' };
const encoder = new TextEncoder();

/** Answers requests by an engine's `execute`. What the twin does not know is reported, then thrown. */
export function twinRequestHandler(
  twin: { execute(operation: string, body: string): string },
  onGap: (error: unknown) => void = () => {},
): WireHandler {
  return {
    async handle(request) {
      const { body } = asWireRequest(request);
      try {
        return { response: wireResponse(200, twin.execute(operationOf(request), body)) };
      } catch (error) {
        if (error instanceof TwinFailure) return { response: wireResponse(error.status, failureBody(error)) };
        onGap(error);
        throw error;
      }
    },
  };
}

export function wireResponse(statusCode: number, body: string): WireResponse {
  return { statusCode, headers: HEADERS, body: encoder.encode(body) };
}

/** The answer to a request that fails. */
export function wireFailure(failure: TwinFailure): { response: WireResponse } {
  return { response: wireResponse(failure.status, failureBody(failure)) };
}

/** Name of the operation a request asks for, such as `PutItem`; SNS names its own in the body. */
export function operationOf(request: unknown): string {
  const { headers, body } = asWireRequest(request);
  const target = headers['x-amz-target'];
  return target?.split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
}

/** The SDK hands over a short body as text and, now and then, as bytes. */
export function asWireRequest(request: unknown): WireRequest {
  if (!isRequest(request)) throw new TypeError('the SDK sent something that is no request');
  const { headers, body } = request;
  if (typeof body === 'string') return { headers, body };
  if (body instanceof Uint8Array) return { headers, body: decoder.decode(body) };
  throw new TypeError('the SDK sent a body that is neither text nor bytes');
}

const decoder = new TextDecoder();

function isRequest(
  request: unknown,
): request is { headers: Readonly<Record<string, string>>; body: unknown } {
  return (
    typeof request === 'object' &&
    request !== null &&
    'headers' in request &&
    typeof request.headers === 'object' &&
    'body' in request
  );
}
