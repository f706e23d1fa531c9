import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';

const DAY_MS = 86_400_000;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads `--from` and `--to` as ms since 1970, the end excluded. Each is a time with a zone, or a UTC day; a
 * day is meant from its first moment or, as the end, with all of it.
 */
export function readTimeSpan(from: string, to: string): { fromMs: number; toMs: number } {
  const span = { fromMs: readTime('--from', from), toMs: readTime('--to', to) + (isDay(to) ? DAY_MS : 0) };
  if (span.fromMs >= span.toMs) throw new LocalError('usage', `--from ${from} is not before --to ${to}`);
  return span;
}

function readTime(flag: string, text: string): number {
  if (isDay(text)) return Date.parse(`${text}T00:00:00Z`);
  const day = INSTANT.exec(text)?.[1] ?? '';
  const ms = isDay(day) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new LocalError('usage', `${flag} ${text}: give a day as 2026-11-23 or a time as 2026-11-23T10:00Z`);
}
