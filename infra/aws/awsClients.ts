import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Whose account is read, and where. Asked before a local stack puts its own names into the environment. */
export type AwsAccount = Readonly<{
  region: string;
  credentials: CloudWatchLogsClient['config']['credentials'];
  /** S3 has an endpoint of its own: a bucket is then a part of the path, not of the host's name. */
  hasOwnS3Endpoint: boolean;
}>;

/** The SDK waits twice as long after each refusal, up to 20 s: twelve tries outlast minutes of throttling. */
const READ_ATTEMPTS = 12;

/** Finds region and credentials the way every AWS tool does. Throws if there are none. */
export async function readAwsAccount(
  region: string | undefined,
  hasOwnS3Endpoint: boolean,
): Promise<AwsAccount> {
  const { config } = new CloudWatchLogsClient(region === undefined ? {} : { region });
  await config.credentials();
  return { region: await config.region(), credentials: config.credentials, hasOwnS3Endpoint };
}

export function makeLogsClient({ region, credentials }: AwsAccount): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ region, credentials, maxAttempts: READ_ATTEMPTS });
}

/** Buckets may lie in another region than the ledger. */
export function makeS3Client({ region, credentials, hasOwnS3Endpoint }: AwsAccount): S3Client {
  const options = { region, credentials, maxAttempts: READ_ATTEMPTS, followRegionRedirects: true };
  return new S3Client({ ...options, forcePathStyle: hasOwnS3Endpoint });
}

export function makeSqsClient({ region, credentials }: AwsAccount): SQSClient {
  return new SQSClient({ region, credentials, maxAttempts: READ_ATTEMPTS });
}
