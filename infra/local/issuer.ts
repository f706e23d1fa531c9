import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** Signs and verifies the tokens of one machine; its key lies in the data folder, for its owner only. */
export type Issuer = Readonly<{
  sign(user: string, hours: number, role?: 'gateway'): Promise<string>;
  /** The claims of a valid token; `undefined` for any other text. */
  verify(token: string): Promise<JWTPayload | undefined>;
}>;

const ALGORITHM = 'ES256';
const ISSUER = 'https://issuer.tollbook.local/';
const AUDIENCE = 'tollbook';

const storedKeys = z.object({ privateKey: z.looseObject({}), publicKey: z.looseObject({}) });

export async function openIssuer(dataDir: string): Promise<Issuer> {
  const { privateKey, publicKey } = await loadOrMakeKeys(join(dataDir, 'issuer.json'));
  const signingKey = await importJWK(privateKey, ALGORITHM);
  const verifyingKey = await importJWK(publicKey, ALGORITHM);
  return {
    sign: (user, hours, role) =>
      new SignJWT({ email: user, ...(role === undefined ? {} : { tollbook_role: role }) })
        .setProtectedHeader({ alg: ALGORITHM })
        .setSubject(user)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(`${hours}h`)
        .sign(signingKey),
    async verify(token) {
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM] };
      return jwtVerify(token, verifyingKey, options).then(
        ({ payload }) => payload,
        () => undefined,
      );
    },
  };
}

async function loadOrMakeKeys(file: string): Promise<{ privateKey: JWK; publicKey: JWK }> {
  try {
    return storedKeys.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const pair = await generateKeyPair(ALGORITHM, { extractable: true });
    const keys = { privateKey: await exportJWK(pair.privateKey), publicKey: await exportJWK(pair.publicKey) };
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
    return keys;
  }
}
