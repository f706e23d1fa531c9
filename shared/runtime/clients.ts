import { BedrockClient } from '@aws-sdk/client-bedrock';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

let bedrock: BedrockClient | undefined;
let document: DynamoDBDocumentClient | undefined;
let ses: SESv2Client | undefined;
let chatSns: SNSClient | undefined;
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

/** One try only: a message whose answer is lost may have been sent, and its delivery has tries of its own. */
export function sesClient(): SESv2Client {
  ses ??= new SESv2Client({ maxAttempts: 1 });
  return ses;
}

/** For the chat topic, whose deliveries have tries of their own too. */
export function chatSnsClient(): SNSClient {
  chatSns ??= new SNSClient({ maxAttempts: 1 });
  return chatSns;
}

export function snsClient(): SNSClient {
  sns ??= new SNSClient({ maxAttempts: 5 });
  return sns;
}

export function ssmClient(): SSMClient {
  ssm ??= new SSMClient({ maxAttempts: 5 });
  return ssm;
}
