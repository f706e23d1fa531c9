import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { makePost, type PostOptions, type PostRequest } from '../../../shared/notify/httpsPost.ts';
import { rerouteTo } from '../../support/standIns/disturbances.ts';
import { serveStandIn } from '../../support/standIns/serve.ts';

const SECRET_URL = 'https://audit.example.com/hooks/secret-path?token=secret';

let server = '';
const paths: string[] = [];

beforeAll(async () => {
  server = await serveStandIn(async (request, response) => {
    paths.push(request.url ?? '');
    if (request.url?.endsWith('/slow')) await sleep(300);
    if (request.url?.endsWith('/trickle')) {
      response.writeHead(200).write('begun');
      return;
    }
    if (request.url?.endsWith('/redirect')) {
      response.writeHead(307, { location: 'https://audit.example.com/hooks/next' }).end();
      return;
    }
    if (request.url?.endsWith('/broken')) {
      response.destroy();
      return;
    }
    response.writeHead(200, { 'retry-after': '7' });
    response.end('x'.repeat(10_000));
  });
});

function postTo(url: string, parts: Partial<PostRequest> = {}, options: PostOptions = {}) {
  const request: PostRequest = { url: new URL(url), headers: {}, body: '{}', reach: 'public', ...parts };
  return makePost({ reroute: rerouteTo({ 'audit.example.com': server }), ...options })(request);
}

describe('a POST over HTTPS', () => {
  it('reads 4 KB of an answer, and no more', async () => {
    const answer = await postTo('https://audit.example.com/hooks');
    expect(answer).toEqual({ kind: 'answered', status: 200, retryAfter: '7', body: 'x'.repeat(4_096) });
  });

  it.each([
    [4_095, 4_095],
    [4_097, 4_097],
    [10_001, 10_000],
  ])('reads %i bytes where that is wanted', async (maxAnswerBytes, length) => {
    const answer = await postTo('https://audit.example.com/hooks', { maxAnswerBytes });
    expect(answer.kind === 'answered' && answer.body.length).toBe(length);
  });

  it('follows no redirect, not even one to the same host', async () => {
    paths.length = 0;
    expect(await postTo('https://audit.example.com/redirect')).toMatchObject({
      kind: 'answered',
      status: 307,
    });
    expect(paths).toEqual(['/audit.example.com/redirect']);
  });

  it.each(['http://audit.example.com/', 'ftp://audit.example.com/', 'file:///etc/passwd'])(
    'goes over nothing but HTTPS: not to %s',
    async (url) => {
      paths.length = 0;
      expect(await postTo(url)).toEqual({ kind: 'forbidden', reason: 'only https:// is sent to' });
      expect(paths).toEqual([]);
    },
  );

  it('sends no password that stands in an address', async () => {
    expect(await postTo('https://user:secret@audit.example.com/')).toEqual({
      kind: 'forbidden',
      reason: 'audit.example.com is named with a password: leave it out',
    });
  });

  it('waits no longer than it is told for an answer that does not begin', async () => {
    const answer = await postTo('https://audit.example.com/slow', {}, { timeoutMs: 50 });
    expect(answer).toEqual({ kind: 'failed', reason: 'audit.example.com gave no answer within 50 ms' });
  });

  it('nor for one that does not end', async () => {
    const answer = await postTo('https://audit.example.com/trickle', {}, { timeoutMs: 100 });
    expect(answer).toEqual({ kind: 'failed', reason: 'audit.example.com gave no answer within 100 ms' });
  });

  it('says that a connection broke, and names the host only', async () => {
    const answer = await postTo(`${SECRET_URL}&then=/broken`);
    expect(answer).toEqual({
      kind: 'failed',
      reason: 'audit.example.com could not be reached (ECONNRESET)',
    });
  });

  it('says that nobody listens there, and names the host only', async () => {
    const reroute = () => new URL('http://127.0.0.1:1/');
    expect(await postTo(SECRET_URL, {}, { reroute })).toEqual({
      kind: 'failed',
      reason: 'audit.example.com could not be reached (ECONNREFUSED)',
    });
  });

  it('says that there is no TLS, and names the host only', async () => {
    const reroute = () => new URL(server.replace('http:', 'https:'));
    const answer = await postTo(SECRET_URL, {}, { reroute });
    expect(answer).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/^audit\.example\.com could not be reached \(\w+\)$/),
    });
  });

  it('does not show a header that cannot be sent', async () => {
    const answer = await postTo('https://audit.example.com/', {
      headers: { authorization: 'Bearer se\ncret' },
    });
    expect(answer).toEqual({
      kind: 'failed',
      reason: 'audit.example.com could not be reached (ERR_INVALID_CHAR)',
    });
  });
});

describe('a host that must be public', () => {
  const resolvingTo = (...addresses: string[]) => {
    const asked: string[] = [];
    const resolveHost = async (host: string) => {
      asked.push(host);
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    return { asked, resolveHost };
  };
  const post = (url: string, reach: PostRequest['reach'], options: PostOptions) =>
    makePost(options)({ url: new URL(url), headers: {}, body: '{}', reach });

  it.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['::1'],
    ['fd00:ec2::254'],
    ['8.8.8.8', '10.1.2.3'],
  ])('is refused when it resolves to %s', async (...addresses) => {
    const { asked, resolveHost } = resolvingTo(...addresses);
    const answer = await post('https://audit.example.com/', 'public', { resolveHost });
    expect(answer).toEqual({
      kind: 'forbidden',
      reason: 'audit.example.com is no address of the public internet',
    });
    expect(asked).toEqual(['audit.example.com']);
  });

  it.each([
    ['https://127.0.0.1/', '127.0.0.1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://[::1]/', '[::1]'],
    ['https://[::ffff:10.0.0.1]/', '[::ffff:a00:1]'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254'],
  ])('is refused when it is an address of this machine or its network: %s', async (url, named) => {
    expect(await post(url, 'public', {})).toEqual({
      kind: 'forbidden',
      reason: `${named} is no address of the public internet`,
    });
  });

  it('is connected to by the address that was checked, and asked for once', async () => {
    // Nobody listens on port 1 of this machine: the refusal shows that this address was connected to.
    const { asked, resolveHost } = resolvingTo('127.0.0.1');
    const answer = await post('https://audit.example.com:1/', 'anywhere', { resolveHost });
    expect(answer).toEqual({
      kind: 'failed',
      reason: 'audit.example.com could not be reached (ECONNREFUSED)',
    });
    expect(asked).toEqual(['audit.example.com']);
  });

  it('is tried again later when it has no address, or nobody knows now', async () => {
    const { resolveHost } = resolvingTo();
    expect(await post('https://audit.example.com/', 'public', { resolveHost })).toMatchObject({
      kind: 'failed',
    });
    const unknown = async () => {
      throw Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' });
    };
    expect(await post('https://audit.example.com/', 'public', { resolveHost: unknown })).toEqual({
      kind: 'failed',
      reason: 'audit.example.com could not be reached (EAI_AGAIN)',
    });
  });
});
