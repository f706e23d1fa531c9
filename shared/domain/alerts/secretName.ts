/**
 * Secrets of channels are named, never written down: `ssm:/path/name` is a parameter of SSM Parameter Store,
 * `secretsmanager:name` a secret of AWS Secrets Manager. Forms are those that the two services take.
 */

const SSM = /^ssm:(?:\/[A-Za-z0-9_.-]+){1,15}$/;
const SECRETS_MANAGER = /^secretsmanager:[A-Za-z0-9/_+=.@-]+$/;
const MAX_LENGTHS: readonly (readonly [prefix: string, maxLength: number])[] = [
  ['ssm:', 1_011],
  ['secretsmanager:', 512],
];

/** Slack's tokens, and addresses, which are secrets where a webhook's address is all that it takes to write to it. */
const SECRET = /xox[a-z]-|xapp-|xoxe\.|hooks\.slack\.com|:\/\//i;

/** True for what must not stand in a policy, nor be repeated in a message about it. */
export function looksLikeSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Why a text is no name of a secret, without repeating it, because it may be one; `undefined` for a name. */
export function secretNameProblem(text: string): string | undefined {
  if (looksLikeSecret(text)) {
    return 'this looks like the secret itself; put it into SSM Parameter Store and write its name here, such as ssm:/tollbook/slack';
  }
  const isName = SSM.test(text) || SECRETS_MANAGER.test(text);
  if (!isName)
    return 'this is no name of a secret such as ssm:/tollbook/slack or secretsmanager:tollbook/slack';
  const isTooLong = MAX_LENGTHS.some(
    ([prefix, maxLength]) => text.startsWith(prefix) && text.length - prefix.length > maxLength,
  );
  return isTooLong ? 'this name is longer than the service takes' : undefined;
}
