import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { DirectoryEntry } from '../../shared/domain/attribution.ts';
import { type Budget, DEFAULT_THRESHOLDS } from '../../shared/domain/budget.ts';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { identifierProblem } from '../../shared/domain/identifier.ts';
import { parseUsd } from '../../shared/domain/money.ts';
import { hideNamesOfEntry, type PseudonymOf } from '../../shared/domain/pseudonym.ts';
import { LogRuleError, type LogRuleTexts, readLogRules } from '../../shared/formats/logRules.ts';
import type { DirectoryStore } from '../../shared/store/directoryStore.ts';
import { LocalError } from './localError.ts';

/** Who works where, what each team may spend in a month, and what holds of the logs. */
export type Config = Readonly<{
  users: readonly DirectoryEntry[];
  budgets: readonly Budget[];
  logRules: LogRuleTexts;
  /** Users are kept under pseudonyms. */
  hasPseudonyms: boolean;
}>;

const id = z.string().superRefine((text, context) => {
  const problem = identifierProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `"${text}" ${problem}` });
});

const amount = z.union([z.string(), z.number()]).transform((value, context) => {
  const picoUsd = parseUsd(String(value));
  if (picoUsd !== undefined && picoUsd > 0n) return picoUsd;
  context.addIssue({
    code: 'custom',
    message: `"${value}" is no positive amount in USD such as 500 or 499.50`,
  });
  return z.NEVER;
});

const names = z.array(z.string());

/** Lists here are lists with commas in the environment, which is where the functions read them. */
const logsSchema = z
  .strictObject({
    precedence: names.optional(),
    uncounted: names.optional(),
    formats: z.record(z.string(), z.string()).optional(),
  })
  .transform(({ precedence, uncounted, formats }) => {
    const pairs = formats && Object.entries(formats).map(([logGroup, name]) => `${logGroup}=${name}`);
    return {
      sourcePrecedence: precedence?.join(','),
      uncountedSources: uncounted?.join(','),
      logGroupFormats: pairs?.join(','),
    };
  })
  .superRefine((texts, context) => {
    try {
      readLogRules(texts);
    } catch (error) {
      if (!(error instanceof LogRuleError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

const configSchema = z.strictObject({
  logs: logsSchema.default({
    sourcePrecedence: undefined,
    uncountedSources: undefined,
    logGroupFormats: undefined,
  }),
  pseudonyms: z.boolean().default(false),
  users: z
    .record(id, z.strictObject({ team: id.optional(), businessUnit: id.optional(), lead: id.optional() }))
    .default({}),
  teams: z
    .record(
      id,
      z.strictObject({
        monthlyBudgetUsd: amount,
        thresholds: z
          .array(z.int().positive().max(1_000))
          .min(1)
          .default([...DEFAULT_THRESHOLDS]),
      }),
    )
    .default({}),
});

/** Reads a YAML file of users and teams; a mistake is told with file, line and column. */
export function readConfig(file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined)
    throw configError(file, lines.linePos(syntax.pos[0]), syntax.message.split('\n')[0] ?? '');
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'cannot be read' };
    const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true);
    const offset =
      z.object({ range: z.tuple([z.number()]).rest(z.number()) }).safeParse(node).data?.range[0] ?? 0;
    throw configError(file, lines.linePos(offset), `${path.join('.')}: ${message}`);
  }
  const { users, teams, logs, pseudonyms } = parsed.data;
  return {
    logRules: logs,
    hasPseudonyms: pseudonyms,
    users: Object.entries(users).map(([user, entry]) => ({ user, ...definedOnly(entry) })),
    budgets: Object.entries(teams).map(([team, { monthlyBudgetUsd, thresholds }]) => ({
      team,
      limitPicoUsd: monthlyBudgetUsd,
      thresholds: [...new Set(thresholds)].sort((a, b) => a - b),
    })),
  };
}

/**
 * Writes a config into the ledger's directory, in a ledger of pseudonyms by these; writing the same twice
 * changes nothing.
 */
export async function applyConfig(
  { users, budgets }: Pick<Config, 'users' | 'budgets'>,
  { stores, pseudonymOf }: { stores: { directory: DirectoryStore }; pseudonymOf: PseudonymOf | undefined },
): Promise<void> {
  const { directory } = stores;
  for (const entry of users) {
    await directory.putUser(pseudonymOf === undefined ? entry : hideNamesOfEntry(entry, pseudonymOf));
  }
  for (const budget of budgets) await directory.putBudget(budget);
}

function configError(file: string, at: { line: number; col: number }, message: string): LocalError {
  return new LocalError('config', `${file}:${at.line}:${at.col}: ${message}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LocalError('file', `${file}: no such file, or it cannot be read`, { cause });
  }
}
