import { Command, type Option } from 'commander';
import { LocalError } from '../../infra/local/localError.ts';
import type { QuarantinedLine, QuarantineStore } from '../../shared/store/quarantineStore.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { formatQuarantined, formatQuarantineList } from '../output/quarantine.ts';
import { pricesOption } from './ownPrices.ts';
import { replayCommand } from './replay.ts';

type ListOptions = LedgerOptions &
  Readonly<{ day?: string; reason?: string; limit: string; replayed?: boolean; json?: boolean }>;
type ShowOptions = LedgerOptions & Readonly<{ json?: boolean }>;

/** `tollbook quarantine`: looks at the lines that are no usage record, and reads them again. */
export function quarantineCommand(ledgerOptions: () => readonly Option[]): Command {
  const command = new Command('quarantine').description('look at the lines that could not be counted');
  const subcommand = (name: string) => {
    const sub = command.command(name);
    for (const option of ledgerOptions()) sub.addOption(option);
    return sub;
  };
  subcommand('list')
    .description('list quarantined lines, newest day first')
    .option('--day <day>', 'only lines logged on this UTC day')
    .option('--reason <reason>', 'only lines with this reason, such as bad_token_count')
    .option('--limit <n>', 'at most so many', '50')
    .option('--replayed', 'those that were read after all, instead of those that are in quarantine')
    .option('--json', 'print one JSON object a line')
    .action((options: ListOptions) => withQuarantine(options, (store) => list(store, options)));
  subcommand('show')
    .description('show one quarantined line with all that is kept of it')
    .argument('<id>', 'the id that list shows')
    .option('--json', 'print it as one JSON object')
    .action((id: string, options: ShowOptions) =>
      withQuarantine(options, (store) => show(store, id, options)),
    );
  subcommand('replay')
    .description(
      'read quarantined lines with the code of this version; what can be read is posted and leaves',
    )
    .option('--day <day>', 'only lines logged on this UTC day')
    .option('--reason <reason>', 'only lines with this reason, such as unknown_schema')
    .option('--dry-run', 'show what could be read, and change nothing')
    .addOption(pricesOption())
    .option('--json', 'print the counts as one JSON object')
    .allowExcessArguments(false)
    .action(replayCommand);
  return command;
}

async function withQuarantine(
  options: LedgerOptions,
  work: (store: QuarantineStore) => Promise<string>,
): Promise<void> {
  const ledger = await openLedger(options);
  try {
    process.stdout.write(`${await work(ledger.stores.quarantine)}\n`);
  } finally {
    await ledger.stop();
  }
}

async function list(store: QuarantineStore, options: ListOptions): Promise<string> {
  const { limit, json } = options;
  const most = /^[1-9]\d{0,5}$/.test(limit) ? Number(limit) : undefined;
  if (most === undefined) throw new LocalError('usage', `--limit ${limit}: give a number from 1 to 999999`);
  const lines: QuarantinedLine[] = [];
  for await (const line of selectLines(store, options)) {
    lines.push(line);
    if (lines.length === most) break;
  }
  return json === true ? lines.map((line) => JSON.stringify(line)).join('\n') : formatQuarantineList(lines);
}

/** The wanted lines, those of the newest day first. */
async function* selectLines(
  store: QuarantineStore,
  { day, reason, replayed: isReplayed = false }: ListOptions,
): AsyncGenerator<QuarantinedLine> {
  for (const each of (await store.days()).reverse()) {
    if (day !== undefined && each !== day) continue;
    for await (const line of store.allOfDay(each)) {
      const isWanted = reason === undefined || line.reason === reason;
      if (isWanted && (line.replayedAt !== undefined) === isReplayed) yield line;
    }
  }
}

async function show(store: QuarantineStore, id: string, { json }: ShowOptions): Promise<string> {
  for (const day of await store.days()) {
    const line = await store.find(day, id);
    if (line !== undefined) return json === true ? JSON.stringify(line) : formatQuarantined(line);
  }
  throw new LocalError('usage', `no quarantined line has the id ${id}: see tollbook quarantine list`);
}
