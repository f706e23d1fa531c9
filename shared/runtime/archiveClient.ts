import { S3Client } from '@aws-sdk/client-s3';

/**
 * A client for the archive's bucket. `endpoint` is that of a stand-in on one machine; it is given by name and
 * not by the SDK's own variable, because a backfill reads other buckets, of AWS, in the same process.
 */
export function archiveClient(endpoint?: string): S3Client {
  return new S3Client({
    maxAttempts: 5,
    // The archive sends a checksum of its own; another one would need the body twice.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
}
