import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoTwin } from './engine.ts';
import type { WireHandler } from './requestHandler.ts';

/**
 * Settings that leave nothing to look up: a client that reads the machine's files in between would make the
 * order of events depend on the machine. Requests are not signed, for nobody checks it.
 */
const SETTINGS = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'twin', secretAccessKey: 'twin' },
  maxAttempts: 5,
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: 'simulation',
  signer: { sign: async <Request>(request: Request) => request },
} as const;

/** A document client as the functions have it (`shared/runtime/clients.ts`), over a handler in place of HTTP. */
export function documentClientOver(requestHandler: WireHandler): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...SETTINGS,
    endpoint: 'http://dynamodb.twin',
    accountIdEndpointMode: 'disabled',
    requestHandler,
  });
  removeChatter(client.middlewareStack);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** What a query asks, as the document client takes it. */
type Question = Readonly<{
  KeyConditionExpression: string;
  ExpressionAttributeValues: Record<string, unknown>;
  ExclusiveStartKey?: Record<string, unknown>;
}>;

/**
 * A client for whoever checks the ledger, who reads it all again and again: its queries go to the twin without
 * the SDK's serialising and retrying, which the functions' own calls exercise, at a sixth of the time.
 */
export function checkingClientOver(twin: DynamoTwin, requestHandler: WireHandler): DynamoDBDocumentClient {
  const client = documentClientOver(requestHandler);
  client.middlewareStack.add(
    (next) => (args) => {
      if (!isQuestion(args.input)) return next(args);
      const { ExpressionAttributeValues, ExclusiveStartKey } = args.input;
      const body = JSON.stringify({
        ...args.input,
        ExpressionAttributeValues: marshall(ExpressionAttributeValues),
        ExclusiveStartKey: ExclusiveStartKey === undefined ? undefined : marshall(ExclusiveStartKey),
      });
      const { Items, LastEvaluatedKey }: { Items: AttributeMap[]; LastEvaluatedKey?: AttributeMap } =
        JSON.parse(twin.execute('Query', body));
      const output = {
        $metadata: {},
        Items: Items.map((item) => unmarshall(item)),
        ...(LastEvaluatedKey === undefined ? {} : { LastEvaluatedKey: unmarshall(LastEvaluatedKey) }),
      };
      return Promise.resolve({ output, response: {} });
    },
    { step: 'initialize', priority: 'high', name: 'straightToTwin' },
  );
  return client;
}

type AttributeMap = Parameters<typeof unmarshall>[0];

function isQuestion(input: object): input is Question {
  return 'KeyConditionExpression' in input && 'ExpressionAttributeValues' in input;
}

export function snsClientOver(requestHandler: WireHandler): SNSClient {
  const client = new SNSClient({ ...SETTINGS, endpoint: 'http://sns.twin', requestHandler });
  removeChatter(client.middlewareStack);
  return client;
}

/** Middleware that copies every request for a log that is not kept, and names the machine to nobody. */
function removeChatter(stack: { remove(name: string): boolean }): void {
  for (const name of ['loggerMiddleware', 'getUserAgentMiddleware']) {
    if (!stack.remove(name)) throw new TypeError(`the SDK has no ${name} any more`);
  }
}
