import type { Limit } from '../../domain/policy/policy.ts';
import { limit } from './words.ts';

export type Amount =
  | Readonly<{ kind: 'amount'; measure: Limit['measure']; amount: bigint }>
  | Readonly<{ kind: 'problem'; why: string }>;

const NOTHING = /^(?:\$0(?:\.0+)?|0(?:\.0+)?\s*(USD|tokens?|requests?))$/i;

/** An amount in the words of a policy file, `50 USD` or `200,000 tokens`; money as pico-USD. Nothing is one too. */
export function parseAmount(text: string): Amount {
  const nothing = NOTHING.exec(text.trim());
  if (nothing !== null) {
    const unit = nothing[1]?.toLowerCase() ?? 'usd';
    const measure = unit === 'usd' ? 'usd' : unit.startsWith('token') ? 'tokens' : 'requests';
    return { kind: 'amount', measure, amount: 0n };
  }
  const read = limit.safeParse(text.trim());
  return read.success
    ? { kind: 'amount', ...read.data }
    : { kind: 'problem', why: read.error.issues[0]?.message ?? `${text} is no amount` };
}
