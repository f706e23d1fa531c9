import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { costFigures } from '../shared/domain/costFigures.ts';
import { addMetrics, NO_METRICS } from '../shared/domain/metrics.ts';
import { isDay } from '../shared/domain/period.ts';
import type { PseudonymOf } from '../shared/domain/pseudonym.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer, problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { readPseudonyms } from '../shared/runtime/pseudonyms.ts';
import { inParallel } from '../shared/store/inParallel.ts';
import { dynamoTotalStore, type TotalStore } from '../shared/store/totalStore.ts';

const requestSchema = z.object({
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

/**
 * `GET /user/costs?date=YYYY-MM-DD`: what the caller's requests of one UTC day cost, by model and in all.
 * The caller is who the verified token says, nobody else; in a ledger of pseudonyms that name is hashed as its
 * requests were, and told back to its owner alone. Read from the daily lines, so it is never late.
 */
export async function userCosts(
  event: unknown,
  {
    totals,
    userClaim,
    pseudonymOf = (user) => user,
  }: { totals: TotalStore; userClaim: string; pseudonymOf?: PseudonymOf | undefined },
): Promise<APIGatewayProxyStructuredResultV2> {
  const request = requestSchema.parse(event);
  const user = request.requestContext.authorizer.jwt.claims[userClaim];
  if (typeof user !== 'string' || user === '') {
    return problemAnswer(403, `The token has no claim "${userClaim}" that names a user.`);
  }
  const date = request.queryStringParameters?.date;
  if (date === undefined) return problemAnswer(400, 'Give the day as ?date=YYYY-MM-DD.');
  if (!isDay(date)) return problemAnswer(400, `"${date.slice(0, 40)}" is no day of the form YYYY-MM-DD.`);
  return jsonAnswer(200, { user, ...(await costsOfUserDay({ user: pseudonymOf(user), date }, totals)) });
}

async function costsOfUserDay({ user, date }: { user: string; date: string }, totals: TotalStore) {
  const teamDays = await totals.userDays(user, { from: date, to: date });
  const lines = (
    await inParallel(teamDays, 8, ({ team }) => totals.linesOfUserDay({ user, team, day: date }))
  ).flat();
  const models = [...new Set(lines.map(({ model }) => model))].sort();
  const byModel = models.map((model) => {
    const figures = costFigures(lines.filter((line) => line.model === model).reduce(addMetrics, NO_METRICS));
    return { model, ...figures };
  });
  const total = costFigures(lines.reduce(addMetrics, NO_METRICS));
  return { date, currency: 'USD', ...total, models: byModel };
}

export const handler = makeHandler('userCosts', async (event) => {
  const { USAGE_TOTALS_TABLE, USER_CLAIM, ...keyPlace } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'USER_CLAIM',
    'PSEUDONYM_KEY_PARAMETER',
    'PSEUDONYM_KEY_FILE',
  );
  const totals = dynamoTotalStore({ client: documentClient(), totalsTable: USAGE_TOTALS_TABLE });
  return userCosts(event, {
    totals,
    userClaim: USER_CLAIM,
    pseudonymOf: await readPseudonyms(keyPlace),
  });
});
