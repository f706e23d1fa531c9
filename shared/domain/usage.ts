import type { Tokens } from './tokens.ts';

/** Where a log line came from; `requestIdentity.ts` says when two sources tell of one request. */
export const USAGE_SOURCES = [
  'bedrock',
  'tollbook',
  'litellm',
  'claude-code',
  'kong',
  'envoy',
  'portkey',
  'cloudflare',
  'plain',
] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];

/**
 * How the request ended. `throttled` is a 429, `blocked` a guardrail's refusal, `error` any other
 * failure. All are counted as requests; whatever tokens they report are priced.
 */
export const REQUEST_STATUSES = ['ok', 'throttled', 'blocked', 'error'] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** Used for a team (or a user) that no log line and no directory entry names. */
export const UNATTRIBUTED = 'unattributed';

/** What a decoder reads from one log line: one LLM request, before attribution and price. */
export type Usage = Readonly<{
  source: UsageSource;
  requestId: string;
  /** Start of the request, ISO 8601 in UTC with milliseconds; it picks the day and the price row. */
  startedAt: string;
  /** The model id exactly as logged, inference profile prefix and ARN included. */
  modelId: string;
  /** Region the request was sent to, where the log says so. */
  region?: string;
  tokens: Tokens;
  /** True when a token class had to be guessed (a cache write whose lifetime is not logged). */
  isEstimated: boolean;
  /** False when the log reports no token counts although the request succeeded. */
  hasTokenCounts: boolean;
  status: RequestStatus;
  errorCode?: string;
  serviceTier: string;
  /** Identity and dimensions as the log names them; the directory fills what is missing. */
  user?: string;
  team?: string;
  project?: string;
  operation: string;
  entrypoint?: string;
  department?: string;
  costCentre?: string;
  repository?: string;
  session?: string;
  priority?: string;
  /** Which try of the same call this was, from 1. */
  attempt?: number;
  /** Thinking tokens, a part of `output`, where the log tells them. */
  thinkingTokens?: number;
  /** Web searches that the provider ran for the request; each has a fee. */
  webSearches?: number;
  /** Where the first-party API kept inference, such as `us`; some places cost more. */
  inferenceGeo?: string;
  /** True when the first-party API's fast mode was used, which has prices of its own. */
  isFast?: boolean;
  /** True when the gateway answered from its own cache: nothing was billed. */
  isCacheHit?: boolean;
}>;

/** The properties that a usage may lack. */
export const OPTIONAL_USAGE = [
  'region',
  'errorCode',
  'user',
  'team',
  'project',
  'entrypoint',
  'department',
  'costCentre',
  'repository',
  'session',
  'priority',
  'attempt',
  'thinkingTokens',
  'webSearches',
  'inferenceGeo',
  'isFast',
  'isCacheHit',
] as const satisfies readonly OptionalKey<Usage>[];

type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/**
 * Copies what is there of a usage's optional properties: one that is `undefined` stays absent. Written out
 * by name, because every request passes here and a loop over the names is slower.
 */
export function copyOptionalUsage(from: MaybeUndefined, to: Writable): void {
  copyDimensions(from, to);
  if (from.region !== undefined) to.region = from.region;
  if (from.errorCode !== undefined) to.errorCode = from.errorCode;
  if (from.attempt !== undefined) to.attempt = from.attempt;
  if (from.thinkingTokens !== undefined) to.thinkingTokens = from.thinkingTokens;
  if (from.webSearches !== undefined) to.webSearches = from.webSearches;
  if (from.inferenceGeo !== undefined) to.inferenceGeo = from.inferenceGeo;
  if (from.isFast !== undefined) to.isFast = from.isFast;
  if (from.isCacheHit !== undefined) to.isCacheHit = from.isCacheHit;
}

function copyDimensions(from: MaybeUndefined, to: Writable): void {
  if (from.user !== undefined) to.user = from.user;
  if (from.team !== undefined) to.team = from.team;
  if (from.project !== undefined) to.project = from.project;
  if (from.entrypoint !== undefined) to.entrypoint = from.entrypoint;
  if (from.department !== undefined) to.department = from.department;
  if (from.costCentre !== undefined) to.costCentre = from.costCentre;
  if (from.repository !== undefined) to.repository = from.repository;
  if (from.session !== undefined) to.session = from.session;
  if (from.priority !== undefined) to.priority = from.priority;
}

type MaybeUndefined = { readonly [Key in OptionalUsageKey]?: Usage[Key] | undefined };
type Writable = { -readonly [Key in OptionalUsageKey]?: Usage[Key] };
type OptionalUsageKey = (typeof OPTIONAL_USAGE)[number];

/** The UTC day, `YYYY-MM-DD`, in which a request started. */
export function usageDay(usage: Pick<Usage, 'startedAt'>): string {
  return usage.startedAt.slice(0, 10);
}
