import type { PostAnswer } from './httpsPost.ts';

/** A channel that asks for more patience than this is asked again after an hour all the same. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** What an HTTP answer means for a delivery. `unauthorised`: the secret was not taken, and may have been changed. */
export type HttpOutcome =
  | Readonly<{ kind: 'accepted'; body: string }>
  | Readonly<{ kind: 'retry'; error: string; afterMs?: number }>
  | Readonly<{ kind: 'refused'; error: string }>
  | Readonly<{ kind: 'unauthorised'; error: string }>;

/** Statuses other than these and 5xx say that the same request will fail again. */
const TRANSIENT = [408, 425, 429];

/** Reads an answer of `host`; `unauthorised` are the statuses by which it says that it does not know the secret. */
export function httpOutcome(
  answer: PostAnswer,
  { host, unauthorised, now }: Readonly<{ host: string; unauthorised: readonly number[]; now: Date }>,
): HttpOutcome {
  if (answer.kind === 'failed') return { kind: 'retry', error: answer.reason };
  if (answer.kind === 'forbidden') return { kind: 'refused', error: answer.reason };
  const { status, body } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted', body };
  const error = `${host} answered ${status}${reasonIn(body)}`;
  if (status >= 300 && status < 400) {
    return {
      kind: 'refused',
      error: `${host} redirects (${status}) to ${hostIn(answer.location)}, which is not followed`,
    };
  }
  if (TRANSIENT.includes(status) || status >= 500) {
    const afterMs = retryAfterMs(answer.retryAfter, now);
    return afterMs === undefined ? { kind: 'retry', error } : { kind: 'retry', error, afterMs };
  }
  return { kind: unauthorised.includes(status) ? 'unauthorised' : 'refused', error };
}

/** `Retry-After` as milliseconds from now: seconds, or a date of HTTP. `undefined` for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, MAX_RETRY_AFTER_MS);
  const dateMs = /^[A-Z][a-z]+,? .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(dateMs)) return undefined;
  return Math.min(Math.max(dateMs - now.getTime(), 0), MAX_RETRY_AFTER_MS);
}

/** A code such as Slack's `no_service`. Other texts could repeat what we sent, and with it a secret. */
function reasonIn(body: string): string {
  const code = body.trim();
  return /^[a-z]+(?:_[a-z]+){1,6}$/.test(code) && code.length <= 60 ? ` (${code})` : '';
}

function hostIn(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return 'another place';
  return new URL(location).hostname.slice(0, 100) || 'another place';
}
