import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SignedRequest, verifySlackSignature } from '../../../shared/runtime/slackSignature.ts';

/** The example that Slack publishes with its instructions: docs.slack.dev, "Verifying requests from Slack". */
const EXAMPLE: SignedRequest = {
  body:
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
    '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
    '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
  // 1531420618 seconds after 1970.
  now: new Date('2018-07-12T18:36:58.000Z'),
};

const verify = (parts: Partial<SignedRequest>) => verifySlackSignature({ ...EXAMPLE, ...parts });

describe('the signature of a request from Slack', () => {
  it('holds in Slack’s own example, as text and as bytes', () => {
    expect(verifySlackSignature(EXAMPLE)).toBe(true);
    expect(verify({ body: Buffer.from(String(EXAMPLE.body)) })).toBe(true);
  });

  it.each([
    ['2018-07-12T18:31:57.999Z', false],
    ['2018-07-12T18:31:58.000Z', true],
    ['2018-07-12T18:31:58.001Z', true],
    ['2018-07-12T18:41:57.999Z', true],
    ['2018-07-12T18:41:58.000Z', true],
    ['2018-07-12T18:41:58.001Z', false],
  ])('at %s it holds: %s, five minutes either way', (now, holds) => {
    expect(verify({ now: new Date(now) })).toBe(holds);
  });

  const hex = String(EXAMPLE.signature).slice('v0='.length);

  it.each<[string, Partial<SignedRequest>]>([
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['no timestamp', { timestamp: undefined }],
    ['an empty timestamp', { timestamp: '' }],
    ['another timestamp', { timestamp: '1531420619' }],
    ['a timestamp with a sign', { timestamp: '+1531420618' }],
    ['a timestamp with a space', { timestamp: '1531420618 ' }],
    ['a timestamp of thirteen digits', { timestamp: '0001531420618' }],
    ['another version', { signature: `v1=${hex}` }],
    ['no version', { signature: hex }],
    ['capital letters', { signature: `v0=${hex.toUpperCase()}` }],
    ['a digit too few', { signature: `v0=${hex.slice(1)}` }],
    ['a digit too many', { signature: `v0=${hex}0` }],
    ['two signatures', { signature: `v0=${hex},v0=${hex}` }],
    ['another secret', { signingSecret: '8f742231b10e8888abcd99yyyzzz85a6' }],
    ['a clock that shows nothing', { now: new Date(Number.NaN) }],
  ])('does not hold with %s', (_what, parts) => {
    expect(verify(parts)).toBe(false);
  });

  it('does not hold with an empty secret, with which anybody could sign', () => {
    const signature = `v0=${createHmac('sha256', '').update(`v0:1531420618:${EXAMPLE.body}`).digest('hex')}`;
    expect(verify({ signingSecret: '', signature })).toBe(false);
  });

  it('does not hold when any one byte of the body is another', () => {
    const bytes = Buffer.from(String(EXAMPLE.body));
    const change = fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(change, ({ at, by }) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(verify({ body: changed })).toBe(false);
      }),
    );
  });

  it('does not hold when any one digit of it is another', () => {
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 15 }), (at, by) => {
        const digit = (Number.parseInt(hex.charAt(at), 16) ^ by).toString(16);
        expect(verify({ signature: `v0=${hex.slice(0, at)}${digit}${hex.slice(at + 1)}` })).toBe(false);
      }),
    );
  });

  it('holds for whatever was signed, and refuses whatever else comes, without a throw', () => {
    const anything = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(anything, anything, anything, (body, signature, timestamp) => {
        const digest = createHmac('sha256', EXAMPLE.signingSecret)
          .update(`v0:1531420618:${body}`)
          .digest('hex');
        expect(verify({ body, signature: `v0=${digest}` })).toBe(true);
        expect(verify({ body, signature, timestamp })).toBe(false);
      }),
    );
  });
});
