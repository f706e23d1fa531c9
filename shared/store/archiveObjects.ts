import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Archive } from '../domain/archive.ts';
import type { SpooledFile } from './spoolLines.ts';

/** An archive is not there, or is not what the list says of it. */
export class ArchiveError extends Error {
  readonly code: 'missing' | 'damaged';

  constructor(code: ArchiveError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArchiveError';
    this.code = code;
  }
}

export type ArchivePlace = Pick<Archive, 'bucket' | 'objectKey'>;

/** Where archives lie. */
export interface ArchiveObjects {
  /** Into which files are put. */
  readonly bucket: string;
  /** Puts a file into its place, as a whole or not at all. */
  put(objectKey: string, file: SpooledFile): Promise<void>;
  /** The bytes of an object as they come. Throws an `ArchiveError` where there is none. */
  open(place: ArchivePlace): Promise<AsyncIterable<Uint8Array>>;
}

type Bucket = Readonly<{ client: S3Client; bucket: string }>;

export function s3ArchiveObjects({
  client,
  bucket,
  firstPauseMs = 500,
}: Bucket & Readonly<{ firstPauseMs?: number }>): ArchiveObjects {
  return {
    bucket,
    async put(objectKey, file) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await putOnce(objectKey, file, { client, bucket });
        } catch (error) {
          if (tries === PUT_TRIES || !mayPass(error)) throw error;
        }
        await sleep(firstPauseMs * 2 ** (tries - 1));
      }
    },
    async open(place) {
      const { Body } = await client
        .send(new GetObjectCommand({ Bucket: place.bucket, Key: place.objectKey }))
        .catch((cause: unknown) => {
          if (!(cause instanceof Error) || !NOT_THERE.has(cause.name)) throw cause;
          throw new ArchiveError('missing', `${nameOf(place)}: there is no such object`, { cause });
        });
      if (Body !== undefined && Symbol.asyncIterator in Body) return Body;
      throw new ArchiveError('missing', `${nameOf(place)}: came without contents`);
    },
  };
}

/** The SDK never sends a stream twice, so a single busy moment of S3 would fail a day: each try opens the file anew. */
const PUT_TRIES = 5;

async function putOnce(
  objectKey: string,
  { path, sizeBytes, checksum }: SpooledFile,
  { client, bucket }: Bucket,
): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: objectKey,
      Body: createReadStream(path),
      ContentLength: sizeBytes,
      ContentType: 'application/gzip',
      // S3 refuses bytes that are not those of the file.
      ChecksumSHA256: checksum,
    }),
  );
}

/** True for what another try may find gone: S3 is busy or broken, or the connection was. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return true;
  const status = error.$metadata.httpStatusCode ?? 500;
  return status >= 500 || status === 429 || error.name === 'RequestTimeout';
}

const NOT_THERE = new Set(['NoSuchKey', 'NoSuchBucket']);

export function nameOf({ bucket, objectKey }: ArchivePlace): string {
  return `s3://${bucket}/${objectKey}`;
}
