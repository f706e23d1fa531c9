import type { RequestStatus } from '../domain/usage.ts';
import { type Fields, looseTextOf } from './fields.ts';

export type HttpOutcome = Readonly<{ status: RequestStatus; errorCode?: string | undefined }>;

const SUCCESS: HttpOutcome = { status: 'ok' };

/** A code of 0 is what proxies log when the connection ended before any answer. */
const CODE = /^(?:0|[1-9]\d{2})$/;
const FIRST_ERROR = 400;
const TOO_MANY_REQUESTS = 429;

/** How a request ended by its HTTP status, a number or a text; `undefined` when the line tells none. */
export function readHttpOutcome(line: Fields, key: string): HttpOutcome | undefined {
  const text = looseTextOf(line.raw(key));
  if (text === '') return undefined;
  if (text === undefined || !CODE.test(text)) {
    line.fail('bad_field', key, 'no HTTP status');
    return undefined;
  }
  const code = Number(text);
  if (code !== 0 && code < FIRST_ERROR) return SUCCESS;
  return { status: code === TOO_MANY_REQUESTS ? 'throttled' : 'error', errorCode: text };
}
