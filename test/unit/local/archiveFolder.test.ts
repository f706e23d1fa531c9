import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ArchiveFolder,
  LOCAL_ARCHIVE_BUCKET,
  startArchiveFolder,
} from '../../../infra/local/archiveFolder.ts';
import { archiveClient } from '../../../shared/runtime/archiveClient.ts';
import { type ArchiveObjects, s3ArchiveObjects } from '../../../shared/store/archiveObjects.ts';

const data = mkdtempSync(join(tmpdir(), 'tollbook-archive-test-'));
const records = join(data, 'archive', 'records');
let folder: ArchiveFolder;
let objects: ArchiveObjects;

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'local',
  });
  folder = await startArchiveFolder(data);
  objects = s3ArchiveObjects({ client: archiveClient(folder.endpoint), bucket: LOCAL_ARCHIVE_BUCKET });
});
afterAll(async () => {
  await folder.stop();
  rmSync(data, { recursive: true, force: true });
});

function spooled(body: Buffer) {
  const path = join(data, 'spooled');
  writeFileSync(path, body);
  const checksum = createHash('sha256').update(body).digest('base64');
  return { path, sizeBytes: body.length, checksum, digest: 'unused' };
}

describe('the folder that stands in for the bucket', () => {
  it.each([0, 1, 65_536, 3_000_001])(
    'keeps an object of %i bytes as a file, and gives it back',
    async (size) => {
      const body = randomBytes(size);
      const objectKey = `records/2026-07-14.${size}.ndjson.gz`;
      await objects.put(objectKey, spooled(body));
      expect(readFileSync(join(data, 'archive', objectKey)).equals(body)).toBe(true);
      const read = await Array.fromAsync(await objects.open({ bucket: LOCAL_ARCHIVE_BUCKET, objectKey }));
      expect(Buffer.concat(read).equals(body)).toBe(true);
    },
  );

  it('refuses bytes that are not those of the checksum, and keeps none', async () => {
    const file = { ...spooled(Buffer.from('some')), checksum: createHash('sha256').digest('base64') };
    await expect(objects.put('records/wrong.gz', file)).rejects.toMatchObject({ name: 'BadDigest' });
    expect(existsSync(join(records, 'wrong.gz'))).toBe(false);
  });

  it('keeps nothing of an object whose sender dies half-way', async () => {
    const { port } = new URL(folder.endpoint);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `PUT /${LOCAL_ARCHIVE_BUCKET}/records/half.gz HTTP/1.1\r\nhost: local\r\ncontent-length: 100\r\n\r\nhalf`,
    );
    await expect.poll(() => readdirSync(records).some((name) => name.startsWith('half'))).toBe(true);
    socket.destroy();
    await expect.poll(() => readdirSync(records).filter((name) => name.startsWith('half'))).toEqual([]);
  });

  it.each([
    [LOCAL_ARCHIVE_BUCKET, 'records/none.gz', 'missing'],
    ['another-bucket', 'records/none.gz', 'missing'],
  ])('says that %s has no %s', async (bucket, objectKey, code) => {
    await expect(objects.open({ bucket, objectKey })).rejects.toMatchObject({ name: 'ArchiveError', code });
  });

  it.each(['..%2Fsecret', 'records/..%2F..%2Fsecret', 'records/.hidden', 'records//x', ''])(
    'does not leave its folder for the key %j',
    async (key) => {
      writeFileSync(join(data, 'secret'), 'secret');
      const answer = await fetch(`${folder.endpoint}/${LOCAL_ARCHIVE_BUCKET}/${key}`);
      expect(answer.status).toBe(400);
    },
  );
});
