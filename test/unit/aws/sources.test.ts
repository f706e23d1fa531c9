import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseS3Uri, skipReason } from '../../../infra/aws/bucketObjects.ts';
import { readDeployedLedger } from '../../../infra/aws/deployedLedger.ts';
import { readFailedDelivery } from '../../../infra/aws/failedDeliveries.ts';
import { makePace } from '../../../infra/aws/pace.ts';
import { streamLines } from '../../../infra/local/streamLines.ts';
import { isWholeLine, MAX_QUARANTINED_BYTES, redactLine } from '../../../shared/formats/redactLine.ts';

const LOGS = 'AWSLogs/1/BedrockModelInvocationLogs';

describe('objects of S3', () => {
  it.each([
    [`${LOGS}/eu-west-1/2026/11/18/09/20261118T090000000Z_0a.json.gz`, 1, undefined],
    [`${LOGS}/eu-west-1/2026/11/18/09/data/0f6d_input.json.gz`, 1, 'body'],
    [`a/${LOGS}/data/0f6d_input.json.gz`, 1, 'body'],
    [`data/${LOGS}/eu-west-1/2026/11/18/09/0a.json.gz`, 1, undefined],
    ['data/gateway.log', 1, undefined],
    [`${LOGS}/amazon-bedrock-logs-permission-check`, 1, 'probe'],
    [`${LOGS}/eu-west-1/`, 0, 'empty'],
  ])('tells whether %s of %i bytes holds lines: %s', (key, sizeBytes, expected) => {
    expect(skipReason({ key, sizeBytes, modifiedMs: 0 })).toBe(expected);
  });

  it.each([
    ['s3://my-logs', { bucket: 'my-logs', prefix: '' }],
    ['s3://my-logs/', { bucket: 'my-logs', prefix: '' }],
    ['s3://my.logs/a/b c', { bucket: 'my.logs', prefix: 'a/b c' }],
    ['my-logs/a', undefined],
  ])('reads %s', (text, expected) => expect(parseS3Uri(text)).toEqual(expected));

  it.each(['s3:', 's3://', 's3:///a', 's3://Logs/a', 's3://a/'])('refuses %s', (text) => {
    expect(() => parseS3Uri(text)).toThrow('write s3://BUCKET/PREFIX');
  });

  it('gives the same lines plain and packed, however they are cut into chunks', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')));
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.integer({ min: 2, max: 50 }),
        fc.boolean(),
        async (lines, size, isPacked) => {
          const plain = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const bytes = isPacked ? gzipSync(plain) : plain;
          fc.pre(isPacked || bytes[0] !== 0x1f);
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          expect(await Array.fromAsync(streamLines(Readable.from(chunks)))).toEqual(lines);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a message of the failures queue', () => {
  it('is read or told apart, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(readFailedDelivery(body).kind).toBe('unusable');
      }),
    );
  });
});

describe('the deployed ledger', () => {
  it('has the names and retention that the stack gives it', () => {
    expect(readDeployedLedger('prod')).toMatchObject({
      recordsTable: 'tollbook-prod-usage-records',
      totalsTable: 'tollbook-prod-usage-totals',
      failuresQueue: 'tollbook-prod-ingest-failures',
      recordRetentionDays: 90,
      lineRetentionDays: 400,
    });
  });
});

describe('pacing', () => {
  it('lets five requests a second go, evenly', async () => {
    const pace = makePace(5);
    const startMs = Date.now();
    for (let request = 0; request < 4; request += 1) await pace();
    // The first goes at once, three wait 200 ms each; timers may fire a millisecond early.
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(590);
  });
});

describe('what the quarantine keeps', () => {
  const jsonOf = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;

  it.each([
    [MAX_QUARANTINED_BYTES - 4, true],
    [MAX_QUARANTINED_BYTES - 1, true],
    [MAX_QUARANTINED_BYTES, true],
    [MAX_QUARANTINED_BYTES + 1, false],
  ])('is the whole of a JSON line of %i bytes: %s', (bytes, expected) => {
    expect(isWholeLine(redactLine(jsonOf(bytes)))).toBe(expected);
  });

  it.each([
    ['', false],
    ['{"messages":"hello","a":1}', false],
    ['{"a":1', true],
    ['x'.repeat(MAX_QUARANTINED_BYTES - 4), true],
    ['x'.repeat(MAX_QUARANTINED_BYTES - 3), false],
  ])('of %j is whole: %s', (line, expected) => expect(isWholeLine(redactLine(line))).toBe(expected));
});
