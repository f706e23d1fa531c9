import type { Decision, Remaining } from './decision.ts';
import { type Finding, strictestFirst, type Verdict } from './finding.ts';

/** The parts of a decision that its findings make. */
export type Answer = Omit<Decision, 'isDegraded' | 'snapshotAgeMs' | 'suggestedModel'>;

export type AnswerContext = Readonly<{ remaining: Remaining; isUnlimited: boolean; nowMs: number }>;

const ALLOW: Verdict = { action: 'allow' };
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const MAX_HEADER_LENGTH = 256;

/** The strictest of all findings, with all of them as reasons, strictest first. */
export function answerOf(findings: readonly Finding[], context: AnswerContext): Answer {
  const sorted = findings.length > 1 ? [...findings].sort(strictestFirst) : findings;
  const [strictest] = sorted;
  const verdict = strictest?.verdict ?? ALLOW;
  const resetAt = strictest?.reason.resetAt;
  return {
    action: verdict.action,
    delayMs: verdict.action === 'throttle' ? verdict.delayMs : 0,
    status: verdict.action === 'reject' ? verdict.status : 200,
    message: messageOf(strictest, context),
    headers: headersOf(sorted, context.nowMs),
    reasons: sorted.map(({ reason }) => reason),
    remaining: context.remaining,
    ...(resetAt === undefined ? {} : { resetAt }),
  };
}

function messageOf(strictest: Finding | undefined, { isUnlimited }: AnswerContext): string {
  if (strictest !== undefined && strictest.verdict.action !== 'allow') return strictest.reason.message;
  return isUnlimited ? 'Request approved' : 'Budget check passed';
}

/** Of two headers of one name the stricter finding's is sent. */
function headersOf(sorted: readonly Finding[], nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  const names = new Set<string>();
  const [strictest] = sorted;
  if (strictest?.verdict.action === 'reject' && strictest.verdict.status === 429) {
    // All 429s stand in the way, and the strictest one is the one that lasts longest.
    const waitMs = (strictest.endsAtMs ?? nowMs) - nowMs;
    headers['Retry-After'] = String(Math.max(1, Math.ceil(waitMs / 1_000)));
    names.add('retry-after');
  }
  for (const { header } of sorted) {
    if (header === undefined || names.has(header.name.toLowerCase()) || !HEADER_NAME.test(header.name))
      continue;
    names.add(header.name.toLowerCase());
    headers[header.name] = safeHeaderValue(header.value);
  }
  return headers;
}

/** Policies come from files: nothing in them may start a header of its own or break a response. */
function safeHeaderValue(value: string): string {
  return value.slice(0, MAX_HEADER_LENGTH).replace(/[^\x20-\x7e]/g, '?');
}
