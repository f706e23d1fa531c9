import { type HttpOutcome, httpOutcome } from './httpOutcome.ts';
import type { Post } from './httpsPost.ts';

const HOOKS_HOST = 'hooks.slack.com';

/** By these Slack says that a hook is gone or not ours: it was removed, or its channel archived. */
const GONE = [403, 404, 410];

/** Why an address is none of Slack's hooks; `undefined` where it is one. */
export function hookProblem(url: string): string | undefined {
  const isHook = URL.canParse(url) && new URL(url).protocol === 'https:' && new URL(url).host === HOOKS_HOST;
  return isHook ? undefined : `it is no address https://${HOOKS_HOST}/…`;
}

/** Posts to an incoming webhook, or to the `response_url` of a click. Both are secrets: no outcome repeats them. */
export async function postToSlackHook(
  url: string,
  message: object,
  { post, now }: Readonly<{ post: Post; now: Date }>,
): Promise<HttpOutcome> {
  const problem = hookProblem(url);
  if (problem !== undefined) return { kind: 'unauthorised', error: problem };
  const answer = await post({
    url: new URL(url),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(message),
    reach: 'anywhere',
  });
  return httpOutcome(answer, { host: HOOKS_HOST, unauthorised: GONE, now });
}
