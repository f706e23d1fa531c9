import { secretNameProblem } from './alerts/secretName.ts';

/** Where a secret lies: a parameter of SSM, or a secret of Secrets Manager. */
export type SecretPlace = Readonly<{ kind: 'ssm' | 'secretsmanager'; name: string }>;

/** Reads a name as policies have it, `ssm:/path/name` or `secretsmanager:name`; `undefined` for anything else. */
export function parseSecretName(text: string): SecretPlace | undefined {
  if (secretNameProblem(text) !== undefined) return undefined;
  const colon = text.indexOf(':');
  return { kind: text.startsWith('ssm:') ? 'ssm' : 'secretsmanager', name: text.slice(colon + 1) };
}

/** A secret could not be read. The message says what to mend, and never what the secret is. */
export class SecretError extends Error {
  readonly code = 'no_secret';

  constructor(details: string, options?: ErrorOptions) {
    super(details, options);
    this.name = 'SecretError';
  }
}

/** Gives secrets by the names that policies have for them, and remembers them for a while. */
export interface Secrets {
  /** Throws a `SecretError` when there is none, or it cannot be read now. */
  read(name: string, now: Date): Promise<string>;
  /** Reads anew at the next time: whoever the secret was shown to did not take it. */
  forget(name: string): void;
}
