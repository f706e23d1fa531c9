import { z } from 'zod';

/** A function was deployed without a variable that it needs, or with a wrong one. */
export class EnvironmentError extends Error {
  readonly code = 'bad_environment';

  constructor(details: string) {
    super(`environment: ${details}`);
    this.name = 'EnvironmentError';
  }
}

const retentionDays = z.coerce.number().int().positive().max(3_650);

/** Every variable that a function may read; each function is given only those that it needs. */
const variables = {
  USAGE_RECORDS_TABLE: z.string().min(1),
  USAGE_TOTALS_TABLE: z.string().min(1),
  RECORD_RETENTION_DAYS: retentionDays,
  LINE_RETENTION_DAYS: retentionDays,
  ALERT_TOPIC_ARN: z.string().startsWith('arn:'),
  USER_CLAIM: z.string().min(1),
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
