import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { z } from 'zod';
import { replaceEmails } from '../shared/domain/emailAddress.ts';
import { toDay } from '../shared/domain/period.ts';
import { placementOn } from '../shared/domain/placement.ts';
import { INCREASE_STATES } from '../shared/domain/policy/increase.ts';
import { listIncreases } from '../shared/domain/policy/listIncreases.ts';
import type { BudgetRule, Policy } from '../shared/domain/policy/policy.ts';
import type { PseudonymOf } from '../shared/domain/pseudonym.ts';
import { increaseBody, increaseJson, listedIncreaseJson } from '../shared/formats/increaseBody.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { jsonAnswer, problemAnswer } from '../shared/runtime/httpAnswer.ts';
import { readJsonBody } from '../shared/runtime/jsonBody.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import { readPseudonyms } from '../shared/runtime/pseudonyms.ts';
import {
  type IncreaseDependencies,
  type IncreaseOutcome,
  requestIncrease,
  voteOnIncrease,
} from '../shared/store/decideIncreases.ts';
import { type DirectoryStore, dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';

export type IncreaseFunctionDependencies = IncreaseDependencies &
  Readonly<{ directory: DirectoryStore; userClaim: string; pseudonymOf?: PseudonymOf | undefined }>;

const eventSchema = z.object({
  routeKey: z.string(),
  pathParameters: z.object({ id: z.string() }).optional(),
  queryStringParameters: z.record(z.string(), z.string()).default({}),
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

const stateSchema = z.enum(INCREASE_STATES).optional();

const MAX_BODY_BYTES = 4_096;
/** An answer of a function has 6 MB at most, and an increase less than 2 KB. */
const MAX_LISTED = 1_000;

/**
 * `POST /budgets/increases` asks for more for a while, `GET` lists what the caller may see;
 * `POST /budgets/increases/{id}/approve` and `/deny` are for the approvers whom the policy names. The caller is who the verified token says, nobody else; in a ledger of
 * pseudonyms by the name that it keeps, as the policy there has it.
 */
export async function budgetIncreases(
  event: unknown,
  dependencies: IncreaseFunctionDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { routeKey, pathParameters, queryStringParameters, requestContext } = eventSchema.parse(event);
  const { userClaim, pseudonymOf } = dependencies;
  const name = requestContext.authorizer.jwt.claims[userClaim];
  if (typeof name !== 'string' || name === '') {
    return problemAnswer(403, `The token has no claim "${userClaim}" that names a user.`);
  }
  const caller = pseudonymOf === undefined ? name : pseudonymOf(name);
  if (routeKey.startsWith('GET ')) return list(queryStringParameters.state, caller, dependencies);
  const id = pathParameters?.id;
  if (id === undefined) return ask(event, caller, dependencies);
  const vote = routeKey.endsWith('/approve') ? 'approve' : 'deny';
  const outcome = await voteOnIncrease({ id, by: caller, vote }, dependencies);
  return answerOf(outcome, { now: dependencies.now, statusIfNew: 200 });
}

/** What the caller asked for; approvers also see what waits for them or is in force, and what was decided of late. */
async function list(
  stateText: string | undefined,
  caller: string,
  { increases, policies, now }: IncreaseFunctionDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const state = stateSchema.safeParse(stateText);
  if (!state.success) return problemAnswer(400, `Give ?state= as one of ${INCREASE_STATES.join(', ')}.`);
  const [places, version] = await Promise.all([increases.all(), policies.current()]);
  const policy = version?.policy;
  const nowMs = now.getTime();
  const listed = listIncreases(
    places.flatMap((place) => place.increases),
    {
      viewer: { user: caller, isApprover: policy?.overflow.approvers.includes(caller) ?? false },
      state: state.data,
      nowMs,
    },
  );
  return jsonAnswer(200, {
    increases: listed.slice(0, MAX_LISTED).map((increase) => listedIncreaseJson(increase, { policy, nowMs })),
    leftOut: Math.max(0, listed.length - MAX_LISTED),
  });
}

async function ask(
  event: unknown,
  caller: string,
  dependencies: IncreaseFunctionDependencies,
): Promise<APIGatewayProxyStructuredResultV2> {
  const body = readJsonBody(event, { schema: increaseBody, maxBytes: MAX_BODY_BYTES });
  if (body.kind === 'refused') return body.answer;
  const { budget: budgetId, scope, amount, until, reason } = body.value;
  const policy = (await dependencies.policies.current())?.policy;
  const rule = policy?.budgets.find(({ id }) => id === budgetId);
  const { pseudonymOf } = dependencies;
  const isHidden = pseudonymOf !== undefined && rule !== undefined && kindOf(rule) === 'user';
  const scopeId = isHidden ? pseudonymOf(scope) : scope;
  if (rule !== undefined && policy !== undefined) {
    if (rule.limit.measure !== amount.measure) {
      return problemAnswer(400, `The budget is in ${rule.limit.measure}, not in ${amount.measure}.`);
    }
    if (!(await mayAsk({ rule, policy, scopeId, caller }, dependencies))) {
      return problemAnswer(403, `Only those whom "${scope}" concerns, and approvers, may ask for it.`);
    }
  }
  const why = pseudonymOf === undefined ? reason : replaceEmails(reason, pseudonymOf);
  const request = { budgetId, scopeId, amount: amount.amount, untilMs: until, reason: why, by: caller };
  const outcome = await requestIncrease(request, dependencies);
  return answerOf(outcome, { now: dependencies.now, statusIfNew: 201 });
}

type Asking = Readonly<{ rule: BudgetRule; policy: Policy; scopeId: string; caller: string }>;

/** One's own budgets, those of where one belongs, and those of everybody or of projects. */
async function mayAsk(
  { rule, policy, scopeId, caller }: Asking,
  { directory, now }: IncreaseFunctionDependencies,
): Promise<boolean> {
  const kind = kindOf(rule);
  if (policy.overflow.approvers.includes(caller) || kind === 'org' || kind === 'project') return true;
  if (kind === 'user') return scopeId === caller;
  const known = (await directory.findUsers([caller], now)).get(caller);
  return placementOn(known?.placements ?? [], toDay(now))?.[kind] === scopeId;
}

/** A budget of a tier or a role is of each of its users. */
function kindOf({ target }: BudgetRule) {
  if (target.kind === 'org') return 'org';
  return target.kind === 'tier' || target.kind === 'role' ? 'user' : target.scope;
}

/** `statusIfNew` is for what was not so before: asking makes something, a vote changes it. */
function answerOf(
  outcome: IncreaseOutcome,
  { now, statusIfNew }: Readonly<{ now: Date; statusIfNew: 200 | 201 }>,
): APIGatewayProxyStructuredResultV2 {
  switch (outcome.kind) {
    case 'done':
      return jsonAnswer(outcome.isNew ? statusIfNew : 200, increaseJson(outcome.increase, now.getTime()));
    case 'unknown':
      return problemAnswer(404, sentence(outcome.why));
    case 'forbidden':
      return problemAnswer(403, sentence(outcome.why));
    case 'refused':
      return problemAnswer(409, sentence(outcome.why));
    default:
      return outcome satisfies never;
  }
}

function sentence(text: string): string {
  const end = text.endsWith('?') ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}

export const handler = makeHandler('budgetIncreases', async (event) => {
  const { USAGE_TOTALS_TABLE, USER_CLAIM, ...keyPlace } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'USER_CLAIM',
    'PSEUDONYM_KEY_PARAMETER',
    'PSEUDONYM_KEY_FILE',
  );
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  return budgetIncreases(event, {
    increases: dynamoIncreaseStore(table),
    standings: dynamoStandingStore(table),
    policies: dynamoPolicyStore(table),
    directory: dynamoDirectoryStore(table),
    userClaim: USER_CLAIM,
    pseudonymOf: await readPseudonyms(keyPlace),
    now: new Date(),
    pause: pauseAfterContention,
  });
});
