import { isIP } from 'node:net';
import { isPublicAddress } from '../publicAddress.ts';

/** What is wrong with addresses on the Web. None is repeated in a message: it may hold a secret. */

const MAX_URL_LENGTH = 2_000;
/** Parameters by which services are told who writes. */
const SECRET_PARAMETERS = /(?:^|[_-])(?:token|key|apikey|secret|sig|signature|password|pwd|auth|code)$/i;
/** Names that mean something else, or nothing, outside of one network. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|arpa)$/;

/** Why nothing can be sent to this address; `undefined` when something can. */
export function webhookUrlProblem(text: string): string | undefined {
  const url = parseUrl(text);
  if (url === undefined || url.protocol !== 'https:') {
    return 'a webhook is an address with https such as https://hooks.example.com/tollbook';
  }
  if (url.hostname === 'hooks.slack.com') {
    return "this is Slack's, and a secret; put it into SSM and name it under slackWebhook, as in slackWebhook: ssm:/tollbook/slack";
  }
  const hidden = findSecretPart(url);
  if (hidden !== undefined)
    return `the address holds ${hidden}; every message is signed with the secret instead`;
  if (url.hash !== '') return 'the part of an address after # is never sent; leave it out';
  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return 'the address is within a private network; give one that is public';
  const isLocal = LOCAL_NAME.test(host) || !/[.:]/.test(host);
  return isLocal ? 'the address is one of a local network; give one that is public' : undefined;
}

/** A link for people may lead into their own network. */
export function viewUrlProblem(text: string): string | undefined {
  const url = parseUrl(text);
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    return 'a link is an address such as https://tollbook.example.com';
  }
  const hidden = findSecretPart(url);
  return hidden === undefined
    ? undefined
    : `the link holds ${hidden}, and everybody who is alerted would see it`;
}

/** Only visible ASCII: the parser would drop line breaks and spell other letters anew. */
function parseUrl(text: string): URL | undefined {
  const isPlain = text.length <= MAX_URL_LENGTH && /^[!-~]+$/.test(text) && !text.includes('\\');
  return isPlain ? (URL.parse(text) ?? undefined) : undefined;
}

function findSecretPart(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '') return 'a user or a password';
  const isSecret = [...url.searchParams.keys()].some((name) => SECRET_PARAMETERS.test(name));
  return isSecret ? 'a secret among its parameters' : undefined;
}
