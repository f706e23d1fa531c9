import { z } from 'zod';
import { NO_TOKENS, type Tokens } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type Price, priceUsage } from '../../../shared/pricing/priceUsage.ts';

const count = z.int().nonnegative().optional();
const json = z.unknown().optional();

/** The fields of a model invocation log line, and no others. */
const recordSchema = z.strictObject({
  schemaType: z.literal('ModelInvocationLog'),
  schemaVersion: z.literal('1.0'),
  timestamp: z.iso.datetime(),
  accountId: z.string().regex(/^\d{12}$/),
  identity: z.strictObject({ arn: z.string().startsWith('arn:aws:sts::111122223333:assumed-role/') }),
  region: z.string(),
  inferenceRegion: z.string().optional(),
  requestId: z.uuidv4(),
  operation: z.enum(['Converse', 'ConverseStream', 'InvokeModel', 'InvokeModelWithResponseStream']),
  modelId: z.string(),
  errorCode: z.string().optional(),
  requestMetadata: z.record(z.string(), z.string()).optional(),
  input: z.strictObject({
    inputContentType: z.literal('application/json'),
    inputBodyJson: json,
    inputBodyS3Path: z.string().optional(),
    inputTokenCount: count,
    cacheReadInputTokenCount: count,
    cacheWriteInputTokenCount: count,
  }),
  output: z
    .strictObject({
      outputContentType: z.literal('application/json'),
      outputBodyJson: json,
      outputBodyS3Path: z.string().optional(),
      outputTokenCount: count,
    })
    .optional(),
});

export type LogRecord = z.infer<typeof recordSchema>;

/** Reads a line strictly; `undefined` for what is no sound record of the day. */
export function readRecord(line: string, day: string): LogRecord | undefined {
  const { data } = recordSchema.safeParse(parseJson(line));
  return data?.timestamp.startsWith(day) ? data : undefined;
}

/** A day's records by request id, each in its last form, and what is not a record. */
export function readDay(lines: Iterable<string>, day: string) {
  const records = new Map<string, LogRecord>();
  const garbage: string[] = [];
  for (const line of lines) {
    const record = readRecord(line, day);
    if (record === undefined) garbage.push(line);
    else records.set(record.requestId, record);
  }
  return { records, garbage };
}

export function tokensOf({ input, output }: LogRecord): Tokens {
  const written = input.cacheWriteInputTokenCount ?? 0;
  const cacheWrite1h = Number(
    /"ephemeral_1h_input_tokens":(\d+)/.exec(JSON.stringify(output?.outputBodyJson ?? null))?.[1] ?? 0,
  );
  return {
    ...NO_TOKENS,
    input: input.inputTokenCount ?? 0,
    cacheRead: input.cacheReadInputTokenCount ?? 0,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: output?.outputTokenCount ?? 0,
  };
}

/** The list price of a record by the price book that ships with the ledger. */
export function priceOf(record: LogRecord): Price {
  return priceUsage(bundledPriceBook(), {
    modelId: record.modelId,
    region: record.region,
    startedAt: new Date(record.timestamp).toISOString(),
    serviceTier: 'standard',
    tokens: tokensOf(record),
  });
}

/** The person of a record: named by metadata, else by the role session. */
export function userOf({ requestMetadata, identity }: LogRecord): string {
  return requestMetadata?.user ?? identity.arn.slice(identity.arn.lastIndexOf('/') + 1);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
