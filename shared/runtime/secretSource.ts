import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parseSecretName, SecretError } from '../domain/secret.ts';

/** Reads a secret from where it lies. Throws a `SecretError`. */
export type SecretSource = (name: string) => Promise<string>;

/** Secrets of SSM, and through its references those of Secrets Manager, which need no client of their own. */
export function ssmSource(client: Pick<SSMClient, 'send'>): SecretSource {
  return async (name) => {
    const place = parseSecretName(name);
    if (place === undefined) throw noSecretName();
    const path = place.kind === 'ssm' ? place.name : `/aws/reference/secretsmanager/${place.name}`;
    return readParameter(client, { path, name });
  };
}

/** Reads and decrypts a parameter of SSM, which an error calls by `name`. */
export async function readParameter(
  client: Pick<SSMClient, 'send'>,
  { path, name }: Readonly<{ path: string; name: string }>,
): Promise<string> {
  try {
    const answer = await client.send(new GetParameterCommand({ Name: path, WithDecryption: true }));
    return filledSecret(name, answer.Parameter?.Value?.trim() ?? '');
  } catch (error) {
    if (error instanceof SecretError) throw error;
    const reason = error instanceof Error ? error.name : 'unknown reason';
    const mend = 'it must exist, and who reads it may have to be allowed to';
    throw new SecretError(`secret ${name} cannot be read (${reason}): ${mend}`, { cause: error });
  }
}

/** A secret of no characters is none. */
export function filledSecret(name: string, secret: string): string {
  if (secret === '') throw new SecretError(`secret ${name} is empty`);
  return secret;
}

/** What is no name may be the secret itself, put into the wrong place: it is not repeated. */
export function noSecretName(): SecretError {
  return new SecretError('a secret is named ssm:/path/name or secretsmanager:name, and never given itself');
}
