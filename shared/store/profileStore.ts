import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { PROFILES_PARTITION, profileKey } from './keys.ts';
import { storedCount } from './metricsItem.ts';
import { getAll, queryPartition, type TotalsTable } from './table.ts';

/** What is known of an application inference profile: its model, or that it was asked for in vain. */
export type KeptProfile =
  | Readonly<{ kind: 'model'; modelId: string }>
  /** Not to be asked for again before `untilMs` (since 1970). */
  | Readonly<{ kind: 'none'; reason: string; untilMs: number }>;

/** Which models the company's inference profiles stand for, so that not every process has to ask. */
export interface ProfileStore {
  /** What is known of these profiles, by ARN; what was asked for in vain may have run out. */
  find(arns: readonly string[]): Promise<Map<string, KeptProfile>>;
  /** Every profile whose model is known, and its model. */
  known(): Promise<Map<string, string>>;
  /** Keeps an answer. That there is none never takes the place of a model. */
  keep(arn: string, profile: KeptProfile): Promise<void>;
}

const profileItem = z.union([
  z.object({ sk: z.string(), modelId: z.string() }),
  z.object({ sk: z.string(), reason: z.string(), untilMs: storedCount }),
]);

export function dynamoProfileStore({ client, totalsTable }: TotalsTable): ProfileStore {
  return {
    async find(arns) {
      const items = await getAll(client, totalsTable, [...new Set(arns)].map(profileKey));
      return new Map(items.map(itemToProfile));
    },
    async known() {
      const items = await Array.fromAsync(
        queryPartition(client, totalsTable, PROFILES_PARTITION),
        itemToProfile,
      );
      return new Map(
        items.flatMap(([arn, profile]) => (profile.kind === 'model' ? [[arn, profile.modelId]] : [])),
      );
    },
    async keep(arn, profile) {
      const { kind, ...rest } = profile;
      const isModel = kind === 'model';
      const ttl = isModel ? {} : { ttl: Math.ceil(profile.untilMs / 1_000) };
      try {
        await client.send(
          new PutCommand({
            TableName: totalsTable,
            Item: { ...profileKey(arn), ...rest, ...ttl },
            ...(isModel ? {} : { ConditionExpression: 'attribute_not_exists(modelId)' }),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

function itemToProfile(item: unknown): [arn: string, profile: KeptProfile] {
  const { sk, ...rest } = profileItem.parse(item);
  return [sk, 'modelId' in rest ? { kind: 'model', ...rest } : { kind: 'none', ...rest }];
}
