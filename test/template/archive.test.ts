import { beforeAll, describe, expect, it } from 'vitest';
import type { PackagedStack } from '../../infra/checkTemplate.ts';
import { attribute, PACKAGING_TIMEOUT_MS, resourceOf, withPackagedStack } from './packagedStack.ts';

let stack: PackagedStack;

beforeAll(async () => {
  stack = await withPackagedStack({}, (packaged) => packaged);
}, PACKAGING_TIMEOUT_MS);

describe('the archive', () => {
  it('is encrypted, versioned, closed to the public, and outlives the stack', () => {
    const bucket = resourceOf(stack, 'ArchiveBucket');
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it('keeps every object: nothing expires', () => {
    const { LifecycleConfiguration } = resourceOf(stack, 'ArchiveBucket').Properties;
    expect(JSON.stringify(LifecycleConfiguration)).not.toContain('Expiration');
  });

  it('answers over TLS only', () => {
    expect(resourceOf(stack, 'ArchiveBucketPolicy').Properties).toMatchObject({
      Bucket: { Ref: 'ArchiveBucket' },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [
              attribute('ArchiveBucket', 'Arn'),
              { 'Fn::Join': ['/', [attribute('ArchiveBucket', 'Arn'), '*']] },
            ],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('is written once at a time, with room for a day on its way', () => {
    expect(resourceOf(stack, 'ArchiveRecordsLambdaFunction').Properties).toMatchObject({
      EphemeralStorage: { Size: 2048 },
      ReservedConcurrentExecutions: 1,
    });
  });
});
