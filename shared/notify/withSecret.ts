import type { SendOutcome } from '../domain/alerts/delivery.ts';
import { SecretError, type Secrets } from '../domain/secret.ts';

/** What came of a try with a secret. `unauthorised`: it was not taken, or cannot be one of this kind. */
export type SecretOutcome = SendOutcome | Readonly<{ kind: 'unauthorised'; error: string }>;

/**
 * Sends with a secret. One that is not taken is read anew at once: if it was changed meanwhile, the message goes
 * with the new one; if not, it is refused. A secret that cannot be read is waited for.
 */
export async function withSecret(
  name: string,
  { secrets, now }: Readonly<{ secrets: Secrets; now: Date }>,
  send: (secret: string) => Promise<SecretOutcome>,
): Promise<SendOutcome> {
  try {
    const secret = await secrets.read(name, now);
    const outcome = await send(secret);
    if (outcome.kind !== 'unauthorised') return outcome;
    secrets.forget(name);
    const newer = await secrets.read(name, now);
    const second = newer === secret ? outcome : await send(newer);
    if (second.kind !== 'unauthorised') return second;
    secrets.forget(name);
    return { kind: 'refused', error: second.error };
  } catch (error) {
    if (error instanceof SecretError) return { kind: 'retry', error: error.message };
    throw error;
  }
}
