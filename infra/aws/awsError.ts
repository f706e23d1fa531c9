import { LocalError } from '../local/localError.ts';

const NOT_THERE = new Set([
  'ResourceNotFoundException',
  'NoSuchBucket',
  'NoSuchKey',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);

const REFUSED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/**
 * What a person can mend (no credentials, no right, no such thing) as one line about `what`; any other
 * error as it is.
 */
export function explainAwsError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof LocalError) return error;
  if (error.name === 'CredentialsProviderError')
    return new LocalError('usage', `${what}: no AWS credentials were found`, { cause: error });
  if (error.message === 'Region is missing')
    return new LocalError('usage', `${what}: no region is set; give --region`, { cause: error });
  if (NOT_THERE.has(error.name))
    return new LocalError('file', `${what}: not found in this account and region`, { cause: error });
  if (REFUSED.has(error.name)) {
    const message = `${what}: AWS refused it (${error.message}); docs/operating.md lists the rights`;
    return new LocalError('usage', message, { cause: error });
  }
  return error;
}
