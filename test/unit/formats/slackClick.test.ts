import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSlackClick } from '../../../shared/formats/slackClick.ts';
import { clickBody, RESPONSE_URL } from '../../support/slackClicks.ts';

const AT = new Date('2026-07-14T12:00:00.250Z');
const bodyOf = (payload: unknown) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const button = { action_id: 'approve', value: 'alert-1', action_ts: '1764000000.123456' };
const payload = { type: 'block_actions', user: { id: 'U1' }, response_url: RESPONSE_URL, actions: [button] };

describe('a click in Slack', () => {
  it('is who pressed what about which alert, when, and where the answer goes', () => {
    const body = clickBody({ user: 'U1', action: 'snooze', value: 'budget:a b+c&d', at: AT });
    expect(readSlackClick(body)).toEqual({
      kind: 'click',
      click: {
        ...{ slackUser: 'U1', action: 'snooze', alertId: 'budget:a b+c&d' },
        ...{ at: AT, responseUrl: RESPONSE_URL },
      },
    });
  });

  it.each([
    ['a link that was followed', { ...payload, actions: [{ ...button, action_id: 'view' }] }],
    ['a button without a value', { ...payload, actions: [{ ...button, value: undefined }] }],
    ['no action', { ...payload, actions: [] }],
    ['a dialogue that was closed', { type: 'view_closed' }],
  ])('asks for nothing when it is %s', (_name, given) => {
    expect(readSlackClick(bodyOf(given))).toEqual({ kind: 'other' });
  });

  it.each([
    ['no payload', 'text=hello'],
    ['no JSON', 'payload=%7B'],
    ['another type', bodyOf({ type: 'event_callback' })],
    ['no person', bodyOf({ ...payload, user: {} })],
    ['no answer address', bodyOf({ ...payload, response_url: 'nowhere' })],
    ['no time', bodyOf({ ...payload, actions: [{ ...button, action_ts: 'now' }] })],
    [
      'a value of 2,001 characters',
      bodyOf({ ...payload, actions: [{ ...button, value: 'x'.repeat(2_001) }] }),
    ],
  ])('cannot be read with %s', (_name, body) => {
    expect(readSlackClick(body)).toEqual({ kind: 'unreadable' });
  });

  it('is read or not, but never breaks the reader', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json().map(bodyOf),
      fc.json().map((text) => `payload=${text}`),
    );
    fc.assert(
      fc.property(anything, (body) => {
        expect(readSlackClick(body).kind).not.toBe('click');
      }),
    );
  });
});
