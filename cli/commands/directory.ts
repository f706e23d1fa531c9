import { setTimeout as sleep } from 'node:timers/promises';
import { Command, type Option } from 'commander';
import { compareUsers, readConfig } from '../../infra/local/config.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';
import { type DirectoryUser, FIRST_DAY } from '../../shared/domain/placement.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { moveRecords, previewMoves, usersToMove } from '../../shared/store/moveRecords.ts';
import { type Ledger, type LedgerOptions, openLedger } from '../openLedger.ts';
import { directoryJson, formatDirectory, formatMoves, movesJson } from '../output/directory.ts';
import { Progress } from '../output/progress.ts';
import { progressBar } from '../output/progressBar.ts';
import { formatCount } from '../output/table.ts';

type ApplyOptions = LedgerOptions & Readonly<{ dryRun?: boolean; since?: string; json?: boolean }>;
type ListOptions = LedgerOptions & Readonly<{ user?: string; json?: boolean }>;

/** `tollbook directory`: who belongs where, since when, and what that moves. */
export function directoryCommand(ledgerOptions: () => readonly Option[]): Command {
  const command = new Command('directory').description('who belongs to which team, and since when');
  const subcommand = (name: string) => {
    const sub = command.command(name);
    for (const option of ledgerOptions()) sub.addOption(option);
    return sub.allowExcessArguments(false);
  };
  subcommand('apply')
    .description('take over the users of a YAML file and move what is recorded to where it places them')
    .argument('<file>', 'YAML file with users')
    .option('--since <day>', 'look at what is recorded from this UTC day on again, changed or not')
    .option('--dry-run', 'show what would move, and change nothing')
    .option('--json', 'print the outcome as one JSON object')
    .action(applyCommand);
  subcommand('list')
    .description('list the users of the ledger’s directory')
    .option('--user <user>', 'this user only')
    .option('--json', 'print one JSON object a line')
    .action(listCommand);
  command
    .command('validate')
    .description('check the users of a YAML file')
    .argument('<file>', 'YAML file with users')
    .allowExcessArguments(false)
    .action(validateCommand);
  return command;
}

function validateCommand(file: string): void {
  const { users } = readConfig(file);
  process.stdout.write(`${file}: ${formatCount(users.length)} users, no mistakes.\n`);
}

async function applyCommand(file: string, options: ApplyOptions): Promise<void> {
  const { users, hasPseudonyms } = readConfig(file);
  const isDryRun = options.dryRun === true;
  const { since } = options;
  if (since !== undefined && !isDay(since)) {
    throw new LocalError('usage', `--since ${since}: is no day of the form YYYY-MM-DD`);
  }
  const ledger = await openLedger(options, { hasPseudonyms });
  try {
    await ledger.settle();
    const pseudonymOf = await ledger.pseudonyms();
    if (hasPseudonyms && pseudonymOf === undefined) {
      throw new LocalError('config', `${file}: this stage keeps real names; give it a pseudonymKeyParameter`);
    }
    const isPostedMeanwhile = ledger.directoryLagMs > 0;
    const changed = await compareUsers(users, { ...ledger, pseudonymOf }, { since, isPostedMeanwhile });
    if (!isDryRun) for (const known of changed) await ledger.stores.directory.putUser(known);
    const waiting = await usersWaiting(isDryRun ? changed : [], ledger);
    const moves = isDryRun ? await showMoves(waiting, ledger) : await move(waiting, ledger);
    await ledger.settle();
    const outcome = { users: users.length, changed: changed.length, moves, isDryRun };
    const text = options.json === true ? JSON.stringify(movesJson(outcome)) : formatMoves(outcome);
    process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}

/** Those who wait already, with what is about to change about them and others. */
async function usersWaiting(changed: readonly DirectoryUser[], { stores }: Ledger): Promise<DirectoryUser[]> {
  const waiting = new Map((await usersToMove(stores.directory)).map((known) => [known.user, known]));
  for (const known of changed) waiting.set(known.user, known);
  return [...waiting.values()].filter(({ movesFrom }) => movesFrom !== undefined);
}

async function showMoves(waiting: readonly DirectoryUser[], ledger: Ledger) {
  return withProgress(ledger, waiting, (onRecord) => previewMoves(waiting, { ...ledger.stores, onRecord }));
}

/** Functions that run elsewhere may post by the old directory for a while; what they did is moved after it. */
async function move(waiting: readonly DirectoryUser[], ledger: Ledger) {
  if (waiting.length > 0 && ledger.directoryLagMs > 0) {
    process.stderr.write('Waiting two minutes, until all functions go by the new directory …\n');
    await sleep(ledger.directoryLagMs);
  }
  return withProgress(ledger, waiting, (onRecord) =>
    moveRecords(waiting, {
      ...ledger.stores,
      posting: ledger.posting,
      pause: pauseAfterContention,
      onRecord,
    }),
  );
}

async function withProgress<T>(
  { stores }: Ledger,
  waiting: readonly DirectoryUser[],
  work: (onRecord: () => void) => Promise<T>,
): Promise<T> {
  const from = waiting.map(({ movesFrom = FIRST_DAY }) => movesFrom).sort()[0];
  const days =
    from === undefined ? [] : await stores.totals.dayTotals({ kind: 'org' }, { from, to: '9999-12-31' });
  const records = days.reduce((sum, { metrics }) => sum + metrics.requests, 0);
  const progress = new Progress();
  let done = 0;
  const outcome = await work(() => {
    done += 1;
    progress.show(done, `of ${formatCount(records)} records`, ` ${progressBar(done, records)}`);
  });
  progress.end();
  return outcome;
}

async function listCommand(options: ListOptions): Promise<void> {
  const ledger = await openLedger(options);
  try {
    const users = await gatherUsers(options, ledger);
    const text =
      options.json === true
        ? users.map((user) => JSON.stringify(directoryJson(user))).join('\n')
        : formatDirectory(users);
    if (text !== '') process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}

async function gatherUsers({ user }: ListOptions, ledger: Ledger): Promise<DirectoryUser[]> {
  const { directory } = ledger.stores;
  if (user === undefined) {
    const users = await Array.fromAsync(directory.allUsers());
    return users.sort((a, b) => (a.user < b.user ? -1 : 1));
  }
  const pseudonymOf = await ledger.pseudonyms();
  const kept = pseudonymOf === undefined ? user : pseudonymOf(user);
  const known = (await directory.findUsers([kept], new Date())).get(kept);
  if (known === undefined) throw new LocalError('usage', `the directory knows no user "${user}"`);
  return [known];
}
