import { createHmac } from 'node:crypto';

/**
 * The signature of a webhook's request: `v1=` and HMAC SHA-256 of `v1:<timestamp>:<body>` in hexadecimal digits,
 * where the timestamp is in seconds since 1970. A receiver that also looks at the time takes no recorded request.
 */
export function webhookSignature({
  secret,
  timestamp,
  body,
}: Readonly<{ secret: string; timestamp: string; body: string }>): string {
  return `v1=${createHmac('sha256', secret).update(`v1:${timestamp}:${body}`).digest('hex')}`;
}
