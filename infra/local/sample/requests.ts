import type { Tokens } from '../../../shared/domain/tokens.ts';
import { type CalledModel, UNKNOWN_MODEL } from './models.ts';
import type { Oddity } from './oddities.ts';
import type { Person } from './people.ts';
import { type Random, seededRandom } from './random.ts';
import type { Operation, SampleRequest } from './request.ts';
import { otherModel, pauseMs, type Session, sessionModel } from './sessions.ts';
import { agentTokens, type Context, chatTokens, runawayTokens, subagentTokens } from './tokens.ts';

const SUBAGENT_SHARE = 0.1;
const HOUR_CACHE_SHARE = 0.2;
const BODY_OFF_SHARE = 0.05;
const BODY_S3_SHARE = 0.03;
const MAX_VARIANT = 0x7fffffff;
const PROJECT_KINDS = ['api', 'web', 'tools'] as const;

type OperationChoices = readonly (readonly [Operation, number])[];

/** Only Converse carries requestMetadata, so people whose metadata names them use nothing else. */
const CONVERSE_AGENT: OperationChoices = [
  ['ConverseStream', 9],
  ['Converse', 1],
];
const CONVERSE_CHAT: OperationChoices = [
  ['Converse', 6],
  ['ConverseStream', 4],
];
const ANY_AGENT: OperationChoices = [
  ['InvokeModelWithResponseStream', 8],
  ['InvokeModel', 2],
];
const ANY_CHAT: OperationChoices = [
  ['InvokeModel', 5],
  ['Converse', 3],
  ['ConverseStream', 2],
];

/** What does not change during a session. */
type Setting = Readonly<{
  model: CalledModel;
  subagentModel: CalledModel;
  operation: Operation;
  project: string;
  /** True when the session keeps its cached prompt for an hour instead of five minutes. */
  keepsCacheForHour: boolean;
}>;

/** The requests of one session in order of time, each as its place in the table of oddities wants it. */
export function* sessionRequests(
  session: Session,
  oddityAt: (ordinal: number) => Oddity,
): Generator<{ request: SampleRequest; oddity: Oddity }> {
  const random = seededRandom(session.seed);
  const setting = sessionSetting(session, random);
  const context: Context = { cachedTokens: 0 };
  let atMs = session.startMs;
  for (let index = 0; index < session.requestCount; index += 1) {
    const ordinal = session.firstOrdinal + index;
    const request = makeRequest({ session, setting, context, random, atMs, ordinal });
    const oddity = oddityAt(ordinal);
    yield { request: withOddity(request, oddity), oddity };
    atMs += pauseMs(session.kind, random);
  }
}

function sessionSetting(session: Session, random: Random): Setting {
  const { person, kind } = session;
  const operation = random.weighted(operationChoices(person, kind));
  return {
    model: sessionModel(session, random),
    subagentModel: otherModel(session, 'haiku', random),
    operation,
    project: `${person.team}-${random.pick(PROJECT_KINDS)}`,
    keepsCacheForHour: operation.startsWith('InvokeModel') && random.chance(HOUR_CACHE_SHARE),
  };
}

function operationChoices(person: Person, kind: Session['kind']): OperationChoices {
  const namedByMetadata = person.how === 'metadata' || person.how === 'directoryOnly';
  if (kind === 'chat') return namedByMetadata ? CONVERSE_CHAT : ANY_CHAT;
  return namedByMetadata ? CONVERSE_AGENT : ANY_AGENT;
}

function makeRequest(options: {
  session: Session;
  setting: Setting;
  context: Context;
  random: Random;
  atMs: number;
  ordinal: number;
}): SampleRequest {
  const { session, setting, context, random } = options;
  const isSubagent = session.kind === 'agent' && random.chance(SUBAGENT_SHARE);
  const body = pickBody(random);
  // The lifetime of a cache write is told by the body alone, so without one it has to be the usual one.
  const writesForHour = setting.keepsCacheForHour && body === 'inline' && !isSubagent;
  return {
    requestId: random.uuid(),
    atMs: options.atMs,
    person: session.person,
    project: setting.project,
    entrypoint: session.kind === 'chat' ? 'chat' : 'claude-code',
    model: isSubagent ? setting.subagentModel : setting.model,
    operation: setting.operation,
    tokens: withLifetime(pickTokens({ ...options, isSubagent, context }), writesForHour),
    outcome: 'ok',
    body,
    isPartial: false,
    variant: random.int(0, MAX_VARIANT),
  };
}

function pickTokens(options: {
  session: Session;
  context: Context;
  random: Random;
  ordinal: number;
  isSubagent: boolean;
}): Tokens {
  const { kind } = options.session;
  if (options.isSubagent) return subagentTokens(options.random);
  switch (kind) {
    case 'agent':
      return agentTokens(options.context, options.random);
    case 'chat':
      return chatTokens(options.context, options.random);
    case 'runaway':
      return runawayTokens(options.ordinal);
    default:
      return kind satisfies never;
  }
}

function pickBody(random: Random): SampleRequest['body'] {
  const point = random.next();
  if (point < BODY_OFF_SHARE) return 'off';
  return point < BODY_OFF_SHARE + BODY_S3_SHARE ? 's3' : 'inline';
}

function withLifetime(tokens: Tokens, writesForHour: boolean): Tokens {
  if (!writesForHour) return tokens;
  return { ...tokens, cacheWrite5m: 0, cacheWrite1h: tokens.cacheWrite5m };
}

/** A refusal shows in the body of a blocked request alone, so its body is always in the line. */
function withOddity(request: SampleRequest, oddity: Oddity): SampleRequest {
  switch (oddity) {
    case 'throttled':
    case 'error':
      return { ...request, outcome: oddity };
    case 'blocked':
      return { ...request, outcome: oddity, body: 'inline' };
    case 'unknownModel':
      return { ...request, model: UNKNOWN_MODEL };
    case 'duplicate':
    case 'partialFirst':
    case 'none':
      return request;
    default:
      return oddity satisfies never;
  }
}
