import { describe, expect, it } from 'vitest';
import { httpOutcome, retryAfterMs } from '../../../shared/notify/httpOutcome.ts';
import type { PostAnswer } from '../../../shared/notify/httpsPost.ts';

const NOW = new Date('2026-11-22T09:05:50.000Z');

function outcomeOf(parts: Partial<Extract<PostAnswer, { kind: 'answered' }>>) {
  const answer = { kind: 'answered', status: 200, body: '', ...parts } as const;
  return httpOutcome(answer, { host: 'audit.example.com', unauthorised: [401, 403], now: NOW });
}

describe('an answer of HTTP', () => {
  it.each([
    [100, 'refused'],
    [199, 'refused'],
    [200, 'accepted'],
    [204, 'accepted'],
    [299, 'accepted'],
    [300, 'refused'],
    [301, 'refused'],
    [307, 'refused'],
    [399, 'refused'],
    [400, 'refused'],
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [404, 'refused'],
    [407, 'refused'],
    [408, 'retry'],
    [409, 'refused'],
    [425, 'retry'],
    [426, 'refused'],
    [428, 'refused'],
    [429, 'retry'],
    [430, 'refused'],
    [499, 'refused'],
    [500, 'retry'],
    [502, 'retry'],
    [599, 'retry'],
  ])('of status %i is %s', (status, kind) => {
    expect(outcomeOf({ status }).kind).toBe(kind);
  });

  it.each([
    ['a code of Slack', 'no_service', 'audit.example.com answered 404 (no_service)'],
    [
      'a code and a line break',
      'channel_is_archived\n',
      'audit.example.com answered 404 (channel_is_archived)',
    ],
    ['one word', 'nope', 'audit.example.com answered 404'],
    ['what we sent', 'no route to /services/T/B/secret', 'audit.example.com answered 404'],
    ['a page', '<html>', 'audit.example.com answered 404'],
    ['too long a code', `a_${'b'.repeat(59)}`, 'audit.example.com answered 404'],
  ])('with %s is told as far as it holds no secret', (_what, body, error) => {
    expect(outcomeOf({ status: 404, body })).toEqual({ kind: 'refused', error });
  });

  it.each([
    ['https://evil.example/take?token=1', 'evil.example'],
    ['https://user:word@evil.example/', 'evil.example'],
    ['/elsewhere?token=1', 'another place'],
    [undefined, 'another place'],
    ['data:text/plain,token', 'another place'],
  ])('that redirects to %s is refused, and names the host at most', (location, named) => {
    const error = `audit.example.com redirects (302) to ${named}, which is not followed`;
    const parts = location === undefined ? {} : { location };
    expect(outcomeOf({ status: 302, ...parts })).toEqual({ kind: 'refused', error });
  });

  it('that never came is worth another try, and what may not be asked is not', () => {
    const reading = { host: 'audit.example.com', unauthorised: [], now: NOW };
    expect(httpOutcome({ kind: 'failed', reason: 'no' }, reading)).toEqual({ kind: 'retry', error: 'no' });
    expect(httpOutcome({ kind: 'forbidden', reason: 'no' }, reading)).toEqual({
      kind: 'refused',
      error: 'no',
    });
  });

  it.each([
    [429, '30', { afterMs: 30_000 }],
    [503, '120', { afterMs: 120_000 }],
    [429, undefined, {}],
    [429, 'soon', {}],
  ])('of status %i with Retry-After %s waits as it says', (status, retryAfter, wait) => {
    const parts = retryAfter === undefined ? {} : { retryAfter };
    expect(outcomeOf({ status, ...parts })).toEqual({
      kind: 'retry',
      error: `audit.example.com answered ${status}`,
      ...wait,
    });
  });
});

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    [' 30 ', 30_000],
    ['3599', 3_599_000],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    ['Sun, 22 Nov 2026 09:05:49 GMT', 0],
    ['Sun, 22 Nov 2026 09:05:50 GMT', 0],
    ['Sun, 22 Nov 2026 09:05:51 GMT', 1_000],
    ['Sun, 22 Nov 2026 10:05:49 GMT', 3_599_000],
    ['Sun, 22 Nov 2026 10:05:50 GMT', 3_600_000],
    ['Sun, 22 Nov 2026 10:05:51 GMT', 3_600_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 3_600_000],
    ['Sunday, 22-Nov-26 09:06:00 GMT', 10_000],
  ])('%s is %i ms, an hour at most', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    'Sun, 99 Nov 2026 09:05:50 GMT',
    '2026-11-22T10:00:00Z',
  ])('%s says nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeUndefined();
  });
});
