import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';

/** Checks `--from` and `--to`; without them every day there is. */
export function readDayRange({ from, to }: { from?: string; to?: string }): { from: string; to: string } {
  for (const [flag, day] of [['--from', from] as const, ['--to', to] as const]) {
    if (day !== undefined && !isDay(day)) {
      throw new LocalError('usage', `${flag} ${day}: give a day as YYYY-MM-DD`);
    }
  }
  const range = { from: from ?? '0000-01-01', to: to ?? '9999-12-31' };
  if (range.from > range.to) throw new LocalError('usage', `--from ${from} is after --to ${to}`);
  return range;
}
