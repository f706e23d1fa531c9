import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { ItemKey } from '../../shared/store/keys.ts';

/** Which changes wake a function: a beginning of their sort key, a whole partition, or only new items of one. */
export type KeyFilter = Readonly<{ isNewOnly: boolean; partitions?: string[]; prefixes?: string[] }>;

/** What `serverless.yml` says of the functions: the one map, on AWS and on one machine. */
export type Deployment = Readonly<{
  /** A route without an authorizer is `isOpen`: its function looks for a proof of its own. */
  routes: readonly Readonly<{ functionName: string; method: string; path: string; isOpen: boolean }>[];
  streams: readonly Readonly<{ functionName: string; filters: readonly KeyFilter[]; batchSize: number }>[];
  schedules: readonly Readonly<{ functionName: string; everyMs: number }>[];
  subscribers: readonly string[];
}>;

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const keyFilter = z
  .strictObject({
    eventName: z.tuple([z.literal('INSERT')]).optional(),
    dynamodb: z.strictObject({
      Keys: z.strictObject({
        pk: z.strictObject({ S: z.array(z.string()) }).optional(),
        sk: z.strictObject({ S: z.array(z.strictObject({ prefix: z.string() })) }).optional(),
      }),
    }),
  })
  .transform(
    ({ eventName, dynamodb: { Keys } }): KeyFilter => ({
      isNewOnly: eventName !== undefined,
      ...(Keys.pk && { partitions: Keys.pk.S }),
      ...(Keys.sk && { prefixes: Keys.sk.S.map(({ prefix }) => prefix) }),
    }),
  );

const eventSchema = z.object({
  httpApi: z
    .object({ method: z.string(), path: z.string(), authorizer: z.unknown().optional() })
    .transform(({ authorizer, ...route }) => ({ ...route, isOpen: authorizer === undefined }))
    .optional(),
  stream: z.object({ batchSize: z.number(), filterPatterns: z.array(keyFilter) }).optional(),
  schedule: z.string().optional(),
  sns: z.unknown().optional(),
});

const mapSchema = z.object({
  functions: z.record(z.string(), z.object({ events: z.union([z.string(), z.array(eventSchema)]) })),
});

/** Reads the triggers from `serverless.yml`; what only CloudFormation understands is passed over. */
export function readDeployment(): Deployment {
  const file = new URL('../../serverless.yml', import.meta.url);
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'silent' });
  const { functions } = mapSchema.parse(document.toJS());
  const triggers = Object.entries(functions).flatMap(([functionName, { events }]) =>
    typeof events === 'string' ? [] : events.map((event) => ({ functionName, ...event })),
  );
  return {
    routes: triggers.flatMap(({ functionName, httpApi }) =>
      httpApi === undefined ? [] : [{ functionName, ...httpApi }],
    ),
    streams: triggers.flatMap(({ functionName, stream }) =>
      stream === undefined
        ? []
        : [
            {
              functionName,
              batchSize: stream.batchSize,
              filters: stream.filterPatterns,
            },
          ],
    ),
    schedules: triggers.flatMap(({ functionName, schedule }) =>
      schedule === undefined ? [] : [{ functionName, everyMs: rateMs(schedule) }],
    ),
    subscribers: triggers.flatMap(({ functionName, sns }) => (sns === undefined ? [] : [functionName])),
  };
}

/** Whether one of a stream's filters lets a change pass; every part of a filter must. */
export function passes(
  filters: readonly KeyFilter[],
  { pk, sk }: ItemKey,
  { isNew }: Readonly<{ isNew: boolean }>,
): boolean {
  return filters.some(
    ({ isNewOnly, partitions, prefixes }) =>
      (isNew || !isNewOnly) &&
      partitions?.includes(pk) !== false &&
      prefixes?.some((prefix) => sk.startsWith(prefix)) !== false,
  );
}

function rateMs(schedule: string): number {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined)
    throw new Error(`serverless.yml: the local stack cannot run the schedule ${schedule}`);
  return Number(count) * unitMs;
}
