import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpApi, startHttpApi } from '../../../infra/local/httpApi.ts';
import { openIssuer } from '../../../infra/local/issuer.ts';
import { makeFolder } from '../../e2e/tollbook.ts';

const place = makeFolder();
let api: HttpApi;

beforeAll(async () => {
  const routes = [
    { functionName: 'open', method: 'POST', path: '/open', isOpen: true },
    { functionName: 'closed', method: 'POST', path: '/closed', isOpen: false },
  ];
  const invoke = async (_functionName: string, event: unknown) => ({
    statusCode: 200,
    body: JSON.stringify(event),
  });
  api = await startHttpApi(0, { routes, issuer: await openIssuer(place.folder), invoke });
});
afterAll(async () => {
  await api.stop();
  place.remove();
});

async function post(path: string, type: string) {
  const response = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: 'Bearer none' },
    body: 'a=b+c',
  });
  return { status: response.status, event: Object(await response.json()) };
}

it('hands a request without a token on where the route has no authorizer, and claims nothing of it', async () => {
  const { status, event } = await post('/open', 'application/json');
  expect(status).toBe(200);
  expect(event.requestContext).not.toHaveProperty('authorizer');
  expect(await post('/closed', 'application/json')).toMatchObject({ status: 401 });
});

it.each([
  ['application/x-www-form-urlencoded', 'YT1iK2M=', true],
  ['application/octet-stream', 'YT1iK2M=', true],
  ['application/json', 'a=b+c', false],
  ['application/problem+json; charset=utf-8', 'a=b+c', false],
  ['text/plain', 'a=b+c', false],
])('hands a body of %s on as API Gateway does', async (type, body, isBase64Encoded) => {
  expect((await post('/open', type)).event).toMatchObject({ body, isBase64Encoded });
});
