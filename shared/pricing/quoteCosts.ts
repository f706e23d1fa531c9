import { formatUsd } from '../domain/money.ts';
import {
  type ApiGatewayUse,
  apiGatewayCost,
  type Books,
  type DynamodbUse,
  dynamodbCost,
  type EmbeddingUse,
  embeddingCost,
  type InferenceUse,
  inferenceCost,
  type LambdaUse,
  lambdaCost,
  type S3Use,
  type Service,
  type ServiceCost,
  s3Cost,
  type TranscribeUse,
  transcribeCost,
  type UnpricedPart,
  webSearchCost,
} from './serviceCosts.ts';

/** What one request used, by service; a service that is left out was not used. Counts are not negative. */
export type QuoteRequest = Readonly<{
  requestId: string;
  operation: string;
  /** When it was used, ISO 8601 in UTC: the day picks the prices. */
  at: string;
  region: string;
  /** True when a count was guessed rather than measured. */
  isEstimated: boolean;
  transcribe?: TranscribeUse;
  s3?: S3Use;
  apiGateway?: ApiGatewayUse;
  lambda?: LambdaUse;
  dynamodb?: DynamodbUse;
  inference?: InferenceUse;
  embedding?: EmbeddingUse;
}>;

/**
 * The cost block that an application puts into its answer. Costs are exact decimal texts in USD, and
 * `total_cost` is the sum of the lines to the last digit. What has no price is in `unpriced` and in no
 * line: a total beside an entry there is less than the whole.
 */
export type CostBlock = Readonly<{
  request_id: string;
  operation: string;
  total_cost: string;
  currency: 'USD';
  cost_breakdown: readonly Readonly<{
    service: Service;
    operation: string;
    cost: string;
    unit: string;
    quantity: number;
  }>[];
  unpriced: readonly UnpricedPart[];
  timestamp: string;
  estimated?: true;
}>;

/** Prices one request: a line for each service that it used, and their sum. */
export function quoteCosts(request: QuoteRequest, books: Books): CostBlock {
  const costs = costsOf(request, books);
  const lines = costs.filter((cost) => cost.kind === 'priced');
  const unpriced = costs.filter((cost) => cost.kind === 'unpriced');
  const totalPicoUsd = lines.reduce((sum, { costPicoUsd }) => sum + costPicoUsd, 0n);
  return {
    request_id: request.requestId,
    operation: request.operation,
    total_cost: formatUsd(totalPicoUsd),
    currency: 'USD',
    cost_breakdown: lines.map(({ service, operation, costPicoUsd, unit, quantity }) => ({
      service,
      operation,
      cost: formatUsd(costPicoUsd),
      unit,
      quantity,
    })),
    unpriced: unpriced.map(({ service, operation, reason }) => ({ service, operation, reason })),
    timestamp: request.at,
    ...(request.isEstimated ? { estimated: true } : {}),
  };
}

/** In the order in which a request meets the services. */
function costsOf({ region, at, ...used }: QuoteRequest, books: Books): ServiceCost[] {
  const place = { region, at };
  const { transcribe, s3, apiGateway, lambda, dynamodb, inference, embedding } = used;
  return [
    transcribe && transcribeCost(transcribe, place, books),
    s3 && s3Cost(s3, place, books),
    apiGateway && apiGatewayCost(apiGateway, place, books),
    lambda && lambdaCost(lambda, place, books),
    dynamodb && dynamodbCost(dynamodb, place, books),
    inference && inferenceCost(inference, place, books),
    inference && webSearchCost(inference, place, books),
    embedding && embeddingCost(embedding, place, books),
  ].filter((cost) => cost !== undefined);
}
