import { GetInferenceProfileCommand } from '@aws-sdk/client-bedrock';
import { applicationProfileRegion, type ProfileAnswer } from '../domain/inferenceProfile.ts';
import { bedrockClient } from './clients.ts';
import { logger } from './handler.ts';

/** Answers that asking again at once would not change. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ResourceNotFoundException',
  'ValidationException',
]);

/**
 * Asks Amazon Bedrock which models an application inference profile stands for, once and without a retry;
 * `signal` says when to give up. It never throws: what went wrong is logged and is the answer. Only
 * profiles of the own region are asked for, because the function may ask nowhere else.
 */
export async function askForProfile(arn: string, signal: AbortSignal): Promise<ProfileAnswer> {
  try {
    const client = bedrockClient();
    if (applicationProfileRegion(arn) !== (await client.config.region())) {
      return { kind: 'refused', reason: 'other_region' };
    }
    const command = new GetInferenceProfileCommand({ inferenceProfileIdentifier: arn });
    const { models = [] } = await client.send(command, { abortSignal: signal });
    return { kind: 'found', modelArns: models.flatMap(({ modelArn }) => modelArn ?? []) };
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    logger.warn('an inference profile could not be looked up', { inferenceProfile: arn, reason });
    return REFUSALS.has(reason) ? { kind: 'refused', reason } : { kind: 'failed', reason };
  }
}
