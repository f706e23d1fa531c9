import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { z } from 'zod';

/** One JSON line per message; never a prompt, a token or a secret. */
export const logger = new Logger({ serviceName: 'tollbook' });

/**
 * Wraps a function as a Lambda handler: logs what came out, or the error that makes Lambda try again.
 * `act` gets the event as it is; parsing it is the function's first step.
 */
export function makeHandler<Result>(
  name: string,
  act: (event: unknown, context: Context) => Promise<Result>,
) {
  return middy<unknown, Result>()
    .use({
      before: ({ context }) => logger.addContext(context),
      after: ({ response }) => logger.info(name, { outcome: loggable(withoutBody(response)) }),
      onError: ({ error }) => logger.error(name, { error }),
    })
    .handler(act);
}

/** Of an HTTP answer the length will do: a snapshot is megabytes, and what people spend is nobody's log. */
function withoutBody(response: unknown): unknown {
  const answer = z.looseObject({ statusCode: z.number(), body: z.string() }).safeParse(response);
  if (!answer.success) return response;
  return { statusCode: answer.data.statusCode, bodyCharacters: answer.data.body.length };
}

/** JSON has no bigint: amounts are logged as text, exact as they are. */
function loggable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (_key, part) => (typeof part === 'bigint' ? String(part) : part)),
  );
}
