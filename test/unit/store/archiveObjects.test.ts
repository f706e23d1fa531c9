import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { archiveClient } from '../../../shared/runtime/archiveClient.ts';
import { archivedLines, checkArchive } from '../../../shared/store/archivedLines.ts';
import { s3ArchiveObjects } from '../../../shared/store/archiveObjects.ts';
import { serveStandIn, TEST_ACCOUNT } from '../../support/standIns/serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'tollbook-objects-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

Object.assign(process.env, TEST_ACCOUNT);

const BUCKET = 'test-archive';
const BODY = Buffer.from('the body of the object');
const path = join(folder, 'file');
writeFileSync(path, BODY);
const checksum = createHash('sha256').update(BODY).digest('base64');
const FILE = { path, sizeBytes: BODY.length, checksum, digest: 'unused' };

async function objectsOf(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const endpoint = await serveStandIn(answer);
  return s3ArchiveObjects({ client: archiveClient(endpoint), bucket: BUCKET, firstPauseMs: 1 });
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

/** A bucket that answers the first tries with an error; gives the bodies of all tries. */
async function busyBucket(failures: number, [status, code]: readonly [number, string]) {
  const bodies: Buffer[] = [];
  const objects = await objectsOf(async (request, response) => {
    bodies.push(await buffer(request));
    if (bodies.length > failures) response.writeHead(200).end();
    else if (status === 0) response.destroy();
    else refuse(response, status, code);
  });
  return { objects, bodies };
}

describe('putting an archive', () => {
  it.each([
    [503, 'SlowDown'],
    [500, 'InternalError'],
    [400, 'RequestTimeout'],
    [0, 'a broken connection'],
  ])('sends the whole file again after %i %s, four times', async (status, code) => {
    const { objects, bodies } = await busyBucket(4, [status, code]);
    await objects.put('records/day', FILE);
    expect(bodies).toEqual(Array.from({ length: 5 }, () => BODY));
  });

  it.each([
    [503, 'SlowDown', 5],
    [403, 'AccessDenied', 1],
    [400, 'BadDigest', 1],
  ])('gives up at %i %s after %i tries', async (status, code, tries) => {
    const { objects, bodies } = await busyBucket(9, [status, code]);
    await expect(objects.put('records/day', FILE)).rejects.toMatchObject({ name: code });
    expect(bodies).toHaveLength(tries);
  });
});

/** Lines that do not compress, so that the object is longer than what a socket takes at once. */
const line = (index: number) => {
  const requestId = createHash('sha512').update(String(index)).digest('hex').repeat(2);
  const cost = {
    input: '1',
    cacheRead: '0',
    cacheWrite5m: '0',
    cacheWrite1h: '0',
    output: '0',
    webSearch: '0',
  };
  const source = 'bedrock' as const;
  return `${JSON.stringify({ source, requestId, day: '2026-07-14', rev: 1, costPicoUsd: cost })}\n`;
};
const TEXT = Array.from({ length: 20_000 }, (_, index) => line(index)).join('');
const OBJECT = gzipSync(TEXT);
const ARCHIVE = {
  day: '2026-07-14',
  archivedAt: '2026-10-05T00:00:00.000Z',
  bucket: BUCKET,
  objectKey: 'records/day',
  records: 20_000,
  expectedRecords: 20_000,
  costPicoUsd: 20_000n,
  digest: createHash('sha256').update(TEXT).digest('hex'),
  sizeBytes: OBJECT.length,
};

describe('reading an archive', () => {
  const sending = (body: Buffer) => async (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-length': body.length }).end(body);
  };

  it('finds it sound when it is what was listed', async () => {
    expect(await checkArchive(ARCHIVE, await objectsOf(sending(OBJECT)))).toBe('sound');
    expect(await checkArchive({ ...ARCHIVE, records: 19_999 }, await objectsOf(sending(OBJECT)))).toBe(
      'damaged',
    );
  });

  it('calls an object damaged that is cut, and not one whose connection breaks', async () => {
    const half = OBJECT.subarray(0, OBJECT.length / 2);
    expect(await checkArchive(ARCHIVE, await objectsOf(sending(half)))).toBe('damaged');
    const breaking = await objectsOf(async (_request, response) => {
      response.writeHead(200, { 'content-length': OBJECT.length });
      response.write(half, () => response.destroy());
    });
    await expect(checkArchive(ARCHIVE, breaking)).rejects.toThrow(/aborted|ECONNRESET/);
  });

  it('ends the connection when its reader stops early', async () => {
    let closed = Promise.resolve();
    const objects = await objectsOf(async (_request, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200, { 'content-length': OBJECT.length * 100 });
      response.write(OBJECT);
    });
    for await (const _line of archivedLines(ARCHIVE, objects)) break;
    await closed;
  });
});
