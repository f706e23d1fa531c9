import { resolve } from 'node:path';
import { z } from 'zod';

/** A function was deployed without a variable that it needs, or with a wrong one. */
export class EnvironmentError extends Error {
  readonly code = 'bad_environment';

  constructor(details: string) {
    super(`environment: ${details}`);
    this.name = 'EnvironmentError';
  }
}

/** A relative path is one within the function's package; on one machine, within the current folder. */
const optionalFile = z
  .string()
  .optional()
  .transform((file) => (file ? resolve(process.env.LAMBDA_TASK_ROOT ?? '', file) : undefined));

const retentionDays = z.coerce.number().int().positive().max(3_650);

/** Every variable that a function may read; each function is given only those that it needs. */
const variables = {
  USAGE_RECORDS_TABLE: z.string().min(1),
  USAGE_TOTALS_TABLE: z.string().min(1),
  RECORD_RETENTION_DAYS: retentionDays,
  LINE_RETENTION_DAYS: retentionDays,
  SEAL_DAY_AFTER_HOURS: z.coerce.number().int().min(2).max(8_760),
  SEAL_MONTH_ON_DAY: z.coerce.number().int().min(2).max(28),
  ARCHIVE_BUCKET: z.string().min(1),
  /** A stand-in for S3, on one machine only. */
  ARCHIVE_ENDPOINT: z.url().optional(),
  ALERT_TOPIC_ARN: z.string().startsWith('arn:'),
  USER_CLAIM: z.string().min(1),
  ROLE_CLAIM: z.string().min(1),
  /** The company's own prices; without it list prices hold. */
  PRICE_OVERLAY: optionalFile,
  /** What the company says of its logs; `shared/formats/logRules.ts` reads these. */
  SOURCE_PRECEDENCE: z.string().optional(),
  UNCOUNTED_SOURCES: z.string().optional(),
  LOG_GROUP_FORMATS: z.string().optional(),
  /** Where the key of pseudonyms lies: a parameter of SSM, or on one machine a file. Without one real names are kept. */
  PSEUDONYM_KEY_PARAMETER: z.string().min(1).optional(),
  PSEUDONYM_KEY_FILE: z.string().min(1).optional(),
  /** A file of the secrets that channels need, on one machine only; without it they are in SSM. */
  SECRETS_FILE: z.string().min(1).optional(),
  /** The name of the secret by which Slack signs what it tells of buttons; without it there are no buttons. */
  SLACK_SIGNING_SECRET_NAME: z.string().min(1).optional(),
  /** Whether a model hidden behind an application inference profile is asked of Amazon Bedrock. */
  RESOLVE_INFERENCE_PROFILES: z.stringbool().default(false),
} as const;

type Variables = typeof variables;

/** Reads the named variables, once, at a function's start; says which one is missing or wrong. */
export function readEnvironment<Name extends keyof Variables>(
  ...names: readonly Name[]
): { [N in Name]: z.infer<Variables[N]> } {
  const shape = Object.fromEntries(names.map((name) => [name, variables[name]]));
  const parsed = z.object(shape).safeParse(process.env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new EnvironmentError(problems.join('; '));
  }
  return parsed.data as { [N in Name]: z.infer<Variables[N]> };
}
