/** An HTTP API event as it comes past the authorizer. */
export function httpEvent({
  role = 'gateway',
  body,
  query,
  headers = {},
}: Readonly<{
  role?: string | undefined;
  body?: unknown;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
}> = {}) {
  return {
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    requestContext: { authorizer: { jwt: { claims: { sub: 'g-1', role } } } },
  };
}
