import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { LocalError } from '../local/localError.ts';

/** A place in S3: all objects whose keys begin with the prefix. */
export type BucketPrefix = Readonly<{ bucket: string; prefix: string }>;

export type BucketObject = Readonly<{ key: string; sizeBytes: number; modifiedMs: number }>;

const S3_URI = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** Reads `s3://bucket/prefix`; `undefined` for what does not begin with `s3:`, which is a file. */
export function parseS3Uri(text: string): BucketPrefix | undefined {
  if (!text.startsWith('s3:')) return undefined;
  const [, bucket, prefix = ''] = S3_URI.exec(text) ?? [];
  if (bucket === undefined) throw new LocalError('usage', `${text}: write s3://BUCKET/PREFIX`);
  return { bucket, prefix };
}

/**
 * Why an object holds no log lines. Bedrock puts bodies of over 100 kB beside its logs, under `data/`, and
 * a probe of its rights; their requests are in the log objects.
 * Source: Bedrock user guide, "Monitor model invocation using CloudWatch Logs and Amazon S3".
 */
export function skipReason({ key, sizeBytes }: BucketObject): 'body' | 'probe' | 'empty' | undefined {
  if (sizeBytes === 0) return 'empty';
  if (key.endsWith('amazon-bedrock-logs-permission-check')) return 'probe';
  return /(?:^|\/)BedrockModelInvocationLogs\/(?:.*\/)?data\//.test(key) ? 'body' : undefined;
}

const listAnswer = z.object({
  NextContinuationToken: z.string().optional(),
  Contents: z
    .array(z.object({ Key: z.string(), Size: z.number().default(0), LastModified: z.date().optional() }))
    .default([]),
});

/** Lists objects in the order of their keys, a thousand a page; `after` is the last key that is done. */
export async function* listObjects(
  client: S3Client,
  { bucket, prefix }: BucketPrefix,
  after?: string,
): AsyncGenerator<BucketObject> {
  let token: string | undefined;
  do {
    const answer = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
        ...(token === undefined && after !== undefined ? { StartAfter: after } : {}),
      }),
    );
    const { Contents, NextContinuationToken } = listAnswer.parse(answer);
    for (const { Key, Size, LastModified } of Contents)
      yield { key: Key, sizeBytes: Size, modifiedMs: LastModified?.getTime() ?? 0 };
    token = NextContinuationToken;
  } while (token !== undefined);
}

/** The bytes of an object as they come, never all at once. */
export async function openObject(
  client: S3Client,
  { bucket }: BucketPrefix,
  key: string,
): Promise<AsyncIterable<Uint8Array>> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body !== undefined && Symbol.asyncIterator in Body) return Body;
  throw new LocalError('file', `s3://${bucket}/${key}: came without contents`);
}
