import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let document: DynamoDBDocumentClient | undefined;
let sns: SNSClient | undefined;

/** The process's one DynamoDB client; where it connects to is the SDK's usual configuration. */
export function documentClient(): DynamoDBDocumentClient {
  document ??= DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return document;
}

export function snsClient(): SNSClient {
  sns ??= new SNSClient({ maxAttempts: 5 });
  return sns;
}
