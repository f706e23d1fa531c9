import { LocalError } from '../../infra/local/localError.ts';
import { identifierProblem } from '../../shared/domain/identifier.ts';
import { isDay, weekOfDay } from '../../shared/domain/period.ts';
import { DIMENSIONS, daysOfPeriod, type Period, type Scope } from '../../shared/domain/total.ts';
import { readTotal } from '../../shared/store/readTotal.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { formatTotal, totalJson } from '../output/total.ts';

export type TotalOptions = LedgerOptions & Readonly<{ period: string; json?: boolean }>;

const WEEK = /^\d{4}-W\d{2}$/;
const MONTH = /^\d{4}-\d{2}$/;

/** `tollbook total SCOPE --period P`: all figures of one scope's day, week or month. */
export async function totalCommand(scopeName: string, options: TotalOptions): Promise<void> {
  const scope = readScope(scopeName);
  const period = readPeriod(options.period);
  const ledger = await openLedger(options);
  try {
    await ledger.settle();
    const kept = await nameKept(scope, await ledger.pseudonyms());
    const total = await readTotal(kept, period, ledger.stores.totals);
    const text = options.json === true ? JSON.stringify(totalJson(total)) : formatTotal(total);
    process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}

async function nameKept(scope: Scope, pseudonymOf: ((user: string) => string) | undefined): Promise<Scope> {
  if (scope.kind !== 'user' || pseudonymOf === undefined || scope.id.startsWith('p-')) return scope;
  return { kind: 'user', id: pseudonymOf(scope.id) };
}

function readScope(text: string): Scope {
  if (text === 'org') return { kind: 'org' };
  const [name = '', ...rest] = text.split(':');
  const id = rest.join(':');
  const kind = DIMENSIONS.find((dimension) => dimension === name);
  if (kind !== undefined && identifierProblem(id) === undefined) return { kind, id };
  throw new LocalError(
    'usage',
    `"${text}" is no scope: give org, or one of ${DIMENSIONS.join(', ')} with a name, such as team:payments`,
  );
}

function readPeriod(text: string): Period {
  if (isDay(text)) return { kind: 'day', day: text };
  if (WEEK.test(text) && weekOfDay(daysOfPeriod({ kind: 'week', week: text }).from) === text)
    return { kind: 'week', week: text };
  if (MONTH.test(text) && isDay(`${text}-01`)) return { kind: 'month', month: text };
  throw new LocalError(
    'usage',
    `--period ${text}: give a day, ISO week or month such as 2026-11-23, 2026-W48, 2026-11`,
  );
}
