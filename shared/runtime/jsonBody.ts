import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { problemAnswer } from './httpAnswer.ts';

/** A body that was read, or the answer that says what is wrong with it. */
export type JsonBody<Value> =
  | Readonly<{ kind: 'read'; value: Value }>
  | Readonly<{ kind: 'refused'; answer: APIGatewayProxyStructuredResultV2 }>;

/** One mistake of a body: where it is, as a JSON pointer in a URI fragment (RFC 6901), and what it is. */
type Mistake = Readonly<{ pointer: string; detail: string }>;

const MAX_MISTAKES = 20;
const MAX_NAME_LENGTH = 64;

const requestSchema = z.object({
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  // Only to fail loudly where a route was deployed without its authorizer.
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

/**
 * Reads the JSON body of an authorized HTTP API event. A body that is none, is longer than `maxBytes` or
 * does not fit the schema becomes a 400 with all its mistakes; an event that is no authorized request is
 * a wrong deployment and throws.
 */
export function readJsonBody<Value>(
  event: unknown,
  { schema, maxBytes }: { schema: z.ZodType<Value>; maxBytes: number },
): JsonBody<Value> {
  const { body = '', isBase64Encoded } = requestSchema.parse(event);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0) return refused('The request has no body: send a JSON object.');
  if (bytes.length > maxBytes) return refused(`The body is longer than ${maxBytes} bytes.`);
  const json = parseJson(bytes);
  if (json === undefined) return refused('The body is no JSON.');
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const mistakes = parsed.error.issues.flatMap(mistakesOf);
  const counted = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  return refused(`The body has ${counted}; see errors.`, mistakes.slice(0, MAX_MISTAKES));
}

function parseJson(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

/** A key that is not known is named, one mistake for each, as a misspelt one is usually meant for another. */
function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({
    pointer: pointerTo([...issue.path, key]),
    detail: 'is not known',
  }));
}

function pointerTo(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => {
    const name = String(step).slice(0, MAX_NAME_LENGTH).toWellFormed();
    return `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
  });
  return `#${steps.join('')}`;
}

function refused(detail: string, errors?: readonly Mistake[]): JsonBody<never> {
  const answer = problemAnswer(400, detail);
  if (errors === undefined) return { kind: 'refused', answer };
  const problem: object = JSON.parse(answer.body ?? '{}');
  return { kind: 'refused', answer: { ...answer, body: JSON.stringify({ ...problem, errors }) } };
}
