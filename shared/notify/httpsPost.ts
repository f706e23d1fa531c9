import { lookup as lookUp } from 'node:dns/promises';
import { request as openHttp } from 'node:http';
import { request as openHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from '../formats/publicAddress.ts';

/** A channel that does not answer within this time is tried again later. */
export const POST_TIMEOUT_MS = 5_000;

/** So much of an answer is read; the rest would only be of use to whoever wants to keep us busy. */
export const MAX_ANSWER_BYTES = 4_096;

export type PostRequest = Readonly<{
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** `public` refuses a host whose address is not of the public internet. */
  reach: 'public' | 'anywhere';
  maxAnswerBytes?: number;
  /** Shorter than for a channel where somebody waits. */
  timeoutMs?: number;
}>;

/** `failed` is worth another try, `forbidden` is not. A reason names the host at most: the URL may be a secret. */
export type PostAnswer =
  | Readonly<{ kind: 'answered'; status: number; retryAfter?: string; location?: string; body: string }>
  | Readonly<{ kind: 'failed'; reason: string }>
  | Readonly<{ kind: 'forbidden'; reason: string }>;

export type Post = (request: PostRequest) => Promise<PostAnswer>;

export type PostOptions = Readonly<{
  timeoutMs?: number;
  /** Where a stand-in for the host listens. Only code can say so, never the environment or a policy. */
  reroute?: (url: URL) => URL;
  resolveHost?: (host: string) => Promise<readonly Readonly<{ address: string; family: number }>[]>;
}>;

class PrivateAddressError extends Error {
  readonly code = 'private_address';
}

/**
 * One POST over HTTPS, never more: a redirect is an answer, not followed; no proxy of the environment is used;
 * the connection is closed afterwards. The address that is checked is the one that is connected to, so a name
 * that resolves to something else a moment later gains nothing.
 */
export function makePost({
  timeoutMs = POST_TIMEOUT_MS,
  reroute,
  resolveHost = (host) => lookUp(host, { all: true }),
}: PostOptions = {}): Post {
  return async (request) => {
    const { url } = request;
    const isGuarded = request.reach === 'public' && reroute === undefined;
    const problem = urlProblem(url, isGuarded);
    if (problem !== undefined) return { kind: 'forbidden', reason: problem };
    const limitMs = request.timeoutMs ?? timeoutMs;
    const signal = AbortSignal.timeout(limitMs);
    try {
      const target = reroute?.(url) ?? url;
      return await exchange(target, request, { signal, lookup: lookupOf(resolveHost, isGuarded) });
    } catch (error) {
      const host = url.hostname;
      if (error instanceof PrivateAddressError) return { kind: 'forbidden', reason: privateAddress(host) };
      if (signal.aborted) return { kind: 'failed', reason: `${host} gave no answer within ${limitMs} ms` };
      return { kind: 'failed', reason: `${host} could not be reached (${errorCode(error)})` };
    }
  };
}

/** Why an address is not posted to, whatever answers there. An address of IPv6 is in brackets in a URL. */
function urlProblem({ protocol, username, password, hostname }: URL, isGuarded: boolean): string | undefined {
  if (protocol !== 'https:') return 'only https:// is sent to';
  if (username !== '' || password !== '') return `${hostname} is named with a password: leave it out`;
  const literal = hostname.replace(/^\[|\]$/g, '');
  const isPrivate = isIP(literal) !== 0 && !isPublicAddress(literal);
  return isGuarded && isPrivate ? privateAddress(hostname) : undefined;
}

function privateAddress(host: string): string {
  return `${host} is no address of the public internet`;
}

type Way = Readonly<{ signal: AbortSignal; lookup: LookupFunction }>;

function exchange(
  target: URL,
  { headers, body, maxAnswerBytes = MAX_ANSWER_BYTES }: PostRequest,
  { signal, lookup }: Way,
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const open = target.protocol === 'http:' ? openHttp : openHttps;
    const sent = { 'user-agent': 'Tollbook', ...headers, 'content-length': Buffer.byteLength(body) };
    // Without an agent of the process there is neither a proxy nor a connection of an earlier request.
    const request = open(target, { method: 'POST', headers: sent, agent: false, signal, lookup });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0, headers: received } = response;
      readStart(response, maxAnswerBytes).then((text) => {
        const [retryAfter, location] = [received['retry-after'], received.location];
        resolve({
          kind: 'answered',
          status,
          body: text,
          ...(retryAfter === undefined ? {} : { retryAfter }),
          ...(location === undefined ? {} : { location }),
        });
      }, reject);
    });
    request.end(body);
  });
}

async function readStart(chunks: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(read).subarray(0, maxBytes).toString('utf8');
}

/** Resolves a host for a connection; fails where one of its addresses is not public and must be. */
function lookupOf(resolveHost: NonNullable<PostOptions['resolveHost']>, isGuarded: boolean): LookupFunction {
  return (host, { all }, callback) => {
    resolveHost(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return callback(new Error('no address'), '');
        if (isGuarded && addresses.some(({ address }) => !isPublicAddress(address)))
          return callback(new PrivateAddressError(), '');
        return all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** A code such as `ECONNREFUSED`; messages may hold anything. */
function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : 'no connection';
}
