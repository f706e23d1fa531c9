import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's advice: what is older was perhaps recorded and sent again. What is as far ahead is no better. */
export const SIGNATURE_WINDOW_MS = 5 * 60_000;

const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^v0=[0-9a-f]{64}$/;

export type SignedRequest = Readonly<{
  /** As it came, byte for byte. */
  body: string | Uint8Array;
  /** Header `X-Slack-Request-Timestamp`: seconds since 1970. */
  timestamp: string | undefined;
  /** Header `X-Slack-Signature`: `v0=` and 64 hexadecimal digits. */
  signature: string | undefined;
  signingSecret: string;
  now: Date;
}>;

/**
 * Whether a request is from Slack and of this moment: HMAC SHA-256 over `v0:<timestamp>:<body>`, within five
 * minutes of now. Source: docs.slack.dev, "Verifying requests from Slack".
 */
export function verifySlackSignature({
  body,
  timestamp = '',
  signature = '',
  signingSecret,
  now,
}: SignedRequest): boolean {
  // Anybody can sign with an empty secret.
  if (signingSecret === '' || !TIMESTAMP.test(timestamp) || !SIGNATURE.test(signature)) return false;
  const distanceMs = Math.abs(now.getTime() - Number(timestamp) * 1_000);
  if (!(distanceMs <= SIGNATURE_WINDOW_MS)) return false;
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(digest, Buffer.from(signature.slice('v0='.length), 'hex'));
}
