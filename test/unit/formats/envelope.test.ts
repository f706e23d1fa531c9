import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { logEventId, MAX_PAYLOAD_BYTES, readPayload } from '../../../shared/formats/envelope.ts';
import { delivery, recordedDelivery } from '../../fixtures/bedrockShapes.ts';

const MEGABYTE = 1024 * 1024;
const UNREADABLE = { kind: 'quarantined', reason: 'payload_unreadable' };
const TOO_LARGE = { kind: 'quarantined', reason: 'payload_too_large' };

const DATA = {
  messageType: 'DATA_MESSAGE',
  owner: '111122223333',
  logGroup: 'group',
  logStream: 'stream',
  subscriptionFilters: ['filter'],
  logEvents: [{ id: '1', timestamp: 1_795_341_600_000, message: 'hello' }],
};

function pack(payload: unknown): string {
  return gzipSync(JSON.stringify(payload)).toString('base64');
}

describe('readPayload', () => {
  it('unpacks a delivery in gzip', () => {
    const payload = readPayload(delivery('gzip').awslogs.data);
    if (payload.kind !== 'data') throw new Error(payload.kind);
    expect(payload.logGroup).toBe('/aws/bedrock/modelinvocations');
    expect(payload.logStream).toBe('aws/bedrock/modelinvocations');
    expect(payload.events.map(({ message }) => message.slice(0, 13))).toEqual([
      '{"schemaType"',
      '{"timestamp":',
      '',
      'the gateway i',
    ]);
    // The id has more digits than a number can hold: it must come through as the text it is.
    expect(payload.events.map(({ id }) => id)).toEqual([
      '38719426505177880000000020408519362774091558330472615987',
      '38719426505177880000000020408519362774091558330472615988',
      '38719426505177880000000020408519362774091558330472615989',
      '38719426505177880000000020408519362774091558330472615990',
    ]);
  });

  it('unpacks a delivery in zlib', () => {
    const payload = readPayload(delivery('zlib').awslogs.data);
    expect(payload).toMatchObject({ kind: 'data', events: [{ timestamp: 1_795_338_344_000 }] });
  });

  it.each([
    ['fixture', delivery('control').awslogs.data],
    ['recorded event', recordedDelivery('controlMessage').awslogs.data],
    ['least of its kind', pack({ messageType: 'CONTROL_MESSAGE' })],
  ])('knows a control message: %s', (_what, data) => {
    expect(readPayload(data)).toStrictEqual({ kind: 'control' });
  });

  it.each([
    ['no events', { ...DATA, logEvents: [] }],
    ['fields that are not known yet', { ...DATA, policyLevel: 'ACCOUNT_LEVEL_POLICY', later: {} }],
    ['extracted fields', { ...DATA, logEvents: [{ ...DATA.logEvents[0], extractedFields: { a: '1' } }] }],
  ])('reads a delivery with %s', (_what, payload) => {
    expect(readPayload(pack(payload))).toMatchObject({
      kind: 'data',
      logGroup: 'group',
      logStream: 'stream',
    });
  });

  const valid = gzipSync(JSON.stringify(DATA));
  it.each([
    ['nothing', ''],
    ['what is no base64', '!!!! %%%%'],
    ['JSON that is not packed', JSON.stringify(DATA)],
    ['base64 of JSON that is not packed', Buffer.from(JSON.stringify(DATA)).toString('base64')],
    ['gzip that is cut', valid.subarray(0, valid.length - 20).toString('base64')],
    ['gzip with a wrong checksum', corrupt(valid, valid.length - 6)],
    ['gzip with a changed byte', corrupt(valid, 40)],
    ['gzip of nothing', gzipSync('').toString('base64')],
    ['gzip of text', gzipSync('hello').toString('base64')],
    ['gzip of cut JSON', gzipSync(JSON.stringify(DATA).slice(0, -1)).toString('base64')],
    ['zlib of text', deflateSync('hello').toString('base64')],
    ['null', pack(null)],
    ['a list', pack([DATA])],
    ['another message type', pack({ ...DATA, messageType: 'OTHER_MESSAGE' })],
    ['no message type', pack({ ...DATA, messageType: undefined })],
    ['no log group', pack({ ...DATA, logGroup: undefined })],
    ['no log stream', pack({ ...DATA, logStream: 7 })],
    ['no events', pack({ ...DATA, logEvents: undefined })],
    ['an id that is a number', pack({ ...DATA, logEvents: [{ id: 1, timestamp: 1, message: '' }] })],
    ['a message that is an object', pack({ ...DATA, logEvents: [{ id: '1', timestamp: 1, message: {} }] })],
    ['an event without a time', pack({ ...DATA, logEvents: [{ id: '1', message: '' }] })],
  ])('gives to quarantine: %s', (_what, data) => {
    expect(readPayload(data)).toMatchObject(UNREADABLE);
  });

  it('never quotes what it could not read', () => {
    expect(JSON.stringify(readPayload(gzipSync('a secret prompt').toString('base64')))).not.toContain(
      'secret',
    );
  });
});

describe('the cap on what a payload unpacks to', () => {
  it('is 64 MB', () => {
    expect(MAX_PAYLOAD_BYTES).toBe(64 * MEGABYTE);
  });

  it.each([
    [MAX_PAYLOAD_BYTES - 1, { kind: 'control' }],
    [MAX_PAYLOAD_BYTES, { kind: 'control' }],
    [MAX_PAYLOAD_BYTES + 1, TOO_LARGE],
  ])('%i bytes', (bytes, expected) => {
    const frame = JSON.stringify({ messageType: 'CONTROL_MESSAGE', padding: '' });
    const text = frame.replace('""', `"${'0'.repeat(bytes - frame.length)}"`);
    expect(readPayload(gzipSync(text, { level: 1 }).toString('base64'))).toMatchObject(expected);
  });

  it('stops a bomb of 4 GB at the cap, soon and without the memory that it asks for', () => {
    // Members of a gzip file may follow one another: 256 times 16 MB of zeros are 4 MB packed.
    const member = gzipSync(Buffer.alloc(16 * MEGABYTE));
    const bomb = Buffer.concat(Array.from({ length: 256 }, () => member)).toString('base64');
    const peakBefore = process.resourceUsage().maxRSS;
    const startedAtMs = performance.now();
    const payload = readPayload(bomb);
    const tookMs = performance.now() - startedAtMs;
    const grownMegabytes = (process.resourceUsage().maxRSS - peakBefore) / 1_024;
    expect(payload).toMatchObject(TOO_LARGE);
    expect(tookMs).toBeLessThan(3_000);
    expect(grownMegabytes).toBeLessThan(64 + 200);
  });
});

describe('logEventId', () => {
  it('is the same at every delivery, today and in years', () => {
    expect(logEventId('/aws/bedrock/modelinvocations', 'aws/bedrock/modelinvocations', '38719426')).toBe(
      'event-ad8c95ec398f2a5ac5541ee81961fc07',
    );
  });

  it.each([
    ['another group', ['g2', 's', '1']],
    ['another stream', ['g', 's2', '1']],
    ['another id', ['g', 's', '2']],
    ['the same characters, divided otherwise', ['gs', '', '1']],
    ['separators within a name', ['g","s', '', '1']],
  ] as const)('is another for %s', (_what, [group, stream, id]) => {
    expect(logEventId(group, stream, id)).not.toBe(logEventId('g', 's', '1'));
    expect(logEventId(group, stream, id)).toMatch(/^event-[0-9a-f]{32}$/);
  });
});

/** A packed text with one of its bytes changed. */
function corrupt(packed: Buffer, index: number): string {
  const changed = Buffer.from(packed);
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return changed.toString('base64');
}
