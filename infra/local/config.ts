import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { DirectoryUser } from '../../shared/domain/placement.ts';
import { hideNamesOfPolicy } from '../../shared/domain/policy/hideNamesOfPolicy.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { hideNamesOfUser, type PseudonymOf } from '../../shared/domain/pseudonym.ts';
import { LogRuleError, type LogRuleTexts, readLogRules } from '../../shared/formats/logRules.ts';
import { formatPolicy } from '../../shared/formats/policy/formatPolicy.ts';
import { readPolicy } from '../../shared/formats/policy/readPolicy.ts';
import type { DirectoryStore } from '../../shared/store/directoryStore.ts';
import { type CompareOptions, compareDirectory } from '../../shared/store/moveRecords.ts';
import type { PolicyStore } from '../../shared/store/policyStore.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { usersSchema } from './configUsers.ts';
import { LocalError } from './localError.ts';

/** A policy and the text in which somebody wrote it. */
export type WrittenPolicy = Readonly<{ policy: Policy; text: string }>;

/** Who works where, who may spend how much, and what holds of the logs. */
export type Config = Readonly<{
  users: readonly DirectoryUser[];
  /** Absent where the file says nothing of budgets and rules: then those in force stay. */
  written?: WrittenPolicy;
  logRules: LogRuleTexts;
  /** Users are kept under pseudonyms. */
  hasPseudonyms: boolean;
}>;

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

/** All other keys of the file are the policy's, which is read apart and refuses what it does not know. */
const configSchema = z.object({
  logs: logsSchema.default({
    sourcePrecedence: undefined,
    uncountedSources: undefined,
    logGroupFormats: undefined,
  }),
  pseudonyms: z.boolean().default(false),
  users: usersSchema.default({}),
});

/** Reads a company's YAML file; mistakes are told with file, line and column. */
export function readConfig(file: string): Config {
  const lines = new LineCounter();
  const text = readText(file);
  const document = parseDocument(text, { lineCounter: lines });
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
  const { users, logs, pseudonyms } = parsed.data;
  const { written, directory } = readWritten(text, file, document.toJS());
  return {
    logRules: logs,
    hasPseudonyms: pseudonyms,
    users: joinUsers(
      Object.entries(users).map(([user, placements]) => ({ user, placements })),
      directory,
      file,
    ),
    ...(written === undefined ? {} : { written }),
  };
}

/** What a company's file says besides its policy. */
const OTHER_KEYS = ['users', 'logs', 'pseudonyms', 'directory'];

function readWritten(text: string, file: string, value: unknown) {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const read = readPolicy(text, file);
  if (read.kind === 'refused') {
    const told = read.mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    throw new LocalError('config', told.join('\n'));
  }
  const { policy, directory = [] } = read;
  const people = directory.map(
    ({ user, ...placement }): DirectoryUser => ({ user, placements: [placement] }),
  );
  const isPolicy = keys.some((key) => !OTHER_KEYS.includes(key));
  return { directory: people, ...(isPolicy ? { written: { policy, text } } : {}) };
}

function joinUsers(
  users: readonly DirectoryUser[],
  directory: readonly DirectoryUser[],
  file: string,
): DirectoryUser[] {
  const twice = directory.find(({ user }) => users.some((other) => other.user === user));
  if (twice !== undefined) {
    throw new LocalError('config', `${file}: ${twice.user} is placed under users and under directory`);
  }
  return [...users, ...directory];
}

type ConfiguredLedger = Readonly<{
  stores: Readonly<{ directory: DirectoryStore; totals: TotalStore; policies: PolicyStore }>;
  pseudonymOf: PseudonymOf | undefined;
}>;

/**
 * Writes a config into the ledger: who works where, and the policy. Writing the same twice changes nothing. New
 * requests go by it at once. What is recorded stays where it is: given back are the people of whom some of that
 * would have to move, which `tollbook directory apply` does.
 */
export async function applyConfig(
  { users, written }: Pick<Config, 'users' | 'written'>,
  ledger: ConfiguredLedger,
): Promise<DirectoryUser[]> {
  const { directory } = ledger.stores;
  const changed = await compareUsers(users, ledger);
  for (const known of changed) await directory.putUser(known);
  if (written !== undefined) await applyWritten(written, ledger);
  return changed.filter(({ movesFrom }) => movesFrom !== undefined);
}

async function applyWritten(written: WrittenPolicy, ledger: ConfiguredLedger): Promise<void> {
  const { policies } = ledger.stores;
  const { policy, text } = keptPolicy(written, ledger.pseudonymOf);
  const replaces = await policies.currentNumber();
  const outcome = await policies.apply({ policy, text, by: 'config', at: new Date(), replaces });
  if (outcome.kind === 'conflict') {
    throw new LocalError('config', 'another policy was applied at the same time; look at it and start again');
  }
  if (outcome.kind === 'tooLarge') {
    throw new LocalError(
      'config',
      `the policy takes ${outcome.bytes} bytes, and ${outcome.maxBytes} can be kept`,
    );
  }
}

/** A ledger of pseudonyms keeps neither the names of people in the rules nor the text that holds them. */
export function keptPolicy(written: WrittenPolicy, pseudonymOf: PseudonymOf | undefined): WrittenPolicy {
  if (pseudonymOf === undefined) return written;
  const policy = hideNamesOfPolicy(written.policy, pseudonymOf);
  return { policy, text: formatPolicy(policy) };
}

/** Whom the directory knows otherwise, in a ledger of pseudonyms by these. */
export function compareUsers(
  users: readonly DirectoryUser[],
  {
    stores,
    pseudonymOf,
  }: Pick<ConfiguredLedger, 'pseudonymOf'> &
    Readonly<{ stores: Pick<ConfiguredLedger['stores'], 'directory' | 'totals'> }>,
  options: Omit<CompareOptions, 'now'> = {},
): Promise<DirectoryUser[]> {
  const kept = pseudonymOf === undefined ? users : hideAll(users, pseudonymOf);
  return compareDirectory(kept, stores, { now: new Date(), ...options });
}

/** Two spellings of an address are one person. */
function hideAll(users: readonly DirectoryUser[], pseudonymOf: PseudonymOf): DirectoryUser[] {
  const names = new Map<string, string>();
  return users.map((known) => {
    const hidden = hideNamesOfUser(known, pseudonymOf);
    const other = names.get(hidden.user);
    if (other !== undefined) {
      throw new LocalError('config', `${other} and ${known.user} are one person: place that person once`);
    }
    names.set(hidden.user, known.user);
    return hidden;
  });
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
