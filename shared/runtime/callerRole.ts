import { z } from 'zod';

const requestSchema = z.object({
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.unknown()) }) }),
  }),
});

const GATEWAY = 'gateway';

/**
 * True when the verified token says that a gateway asks: its role claim is `gateway` or has it in a list. API
 * Gateway hands lists on as text in brackets.
 *
 * @throws ZodError for an event that passed no authorizer: that is a wrong deployment.
 */
export function isGateway(event: unknown, roleClaim: string): boolean {
  const claim = requestSchema.parse(event).requestContext.authorizer.jwt.claims[roleClaim];
  return typeof claim === 'string' && claim.split(/[\s,[\]]+/).includes(GATEWAY);
}

export const NO_GATEWAY = 'Only gateways may ask this: the token has no role "gateway".';
