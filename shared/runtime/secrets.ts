import { parseSecretName, SecretError, type Secrets } from '../domain/secret.ts';
import { ssmClient } from './clients.ts';
import { filledSecret, noSecretName, type SecretSource, ssmSource } from './secretSource.ts';
import { readSecretsFile } from './secretsFile.ts';

/** So long a secret is remembered; one that was changed is used after that at the latest. */
export const SECRET_FRESH_MS = 5 * 60_000;

type Remembered = Readonly<{ reading: Promise<string>; readAtMs: number }>;

/** Secrets of a source, each read once in five minutes, however many ask at once. A failure is not remembered. */
export function makeSecrets(source: SecretSource): Secrets {
  const known = new Map<string, Remembered>();
  return {
    async read(name, now) {
      const nowMs = now.getTime();
      const remembered = known.get(name);
      const ageMs = remembered === undefined ? Number.NaN : nowMs - remembered.readAtMs;
      // A clock that was set back makes an age below zero; then nobody knows how old it is.
      const isFresh = ageMs >= 0 && ageMs < SECRET_FRESH_MS;
      const entry = remembered && isFresh ? remembered : { reading: source(name), readAtMs: nowMs };
      known.set(name, entry);
      try {
        return await entry.reading;
      } catch (error) {
        if (known.get(name) === entry) known.delete(name);
        throw error;
      }
    },
    forget(name) {
      known.delete(name);
    },
  };
}

/** Secrets of a file on one machine, under the same names. */
export function fileSource(file: string): SecretSource {
  return async (name) => {
    if (parseSecretName(name) === undefined) throw noSecretName();
    const secret = (await readSecretsFile(file)).get(name);
    if (secret === undefined) throw new SecretError(`secret ${name} is not in ${file}: add a line for it`);
    return filledSecret(name, secret.trim());
  };
}

const opened = new Map<string, Secrets>();

/** The secrets of this process: of the file where there is one, else of the AWS account. */
export function openSecrets({ SECRETS_FILE: file }: { SECRETS_FILE?: string | undefined }): Secrets {
  const place = file ?? '';
  const secrets = opened.get(place) ?? makeSecrets(file ? fileSource(file) : ssmSource(ssmClient()));
  opened.set(place, secrets);
  return secrets;
}
