import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let bedrock: BedrockClient | undefined;
let document: DynamoDBDocumentClient | undefined;
let sns: SNSClient | undefined;
let ssm: SSMClient | undefined;

/** The process's one DynamoDB client; where it connects to is the SDK's usual configuration. */
export function documentClient(): DynamoDBDocumentClient {
  document ??= DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return document;
}

/** One try only: what it is asked for is worth no wait. */
export function bedrockClient(): BedrockClient {
  bedrock ??= new BedrockClient({ maxAttempts: 1 });
  return bedrock;
}

export function snsClient(): SNSClient {
  sns ??= new SNSClient({ maxAttempts: 5 });
  return sns;
}

export function ssmClient(): SSMClient {
  ssm ??= new SSMClient({ maxAttempts: 5 });
  return ssm;
}
