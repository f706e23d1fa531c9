import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { Limit } from '../../shared/domain/policy/policy.ts';

type Measure = Limit['measure'];

/** An amount for people: `$12.34`, or a count with thousands separators. */
export function amountText(measure: Measure, amount: bigint): string {
  return measure === 'usd' ? displayUsd(amount) : amount.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** An amount for programs: exact, as text. */
export function amountJson(measure: Measure, amount: bigint): string {
  return measure === 'usd' ? formatUsd(amount) : amount.toString();
}

/** `2026-11-24 09:00` in UTC. */
export function minuteText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
