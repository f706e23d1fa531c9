import { Command, type Option } from 'commander';
import { LocalError } from '../../infra/local/localError.ts';
import { openStack } from '../../infra/local/stack.ts';
import type { QuarantinedLine, QuarantineStore } from '../../shared/store/quarantineStore.ts';
import { formatQuarantined, formatQuarantineList } from '../output/quarantine.ts';

type ListOptions = Readonly<{ data: string; day?: string; reason?: string; limit: string; json?: boolean }>;
type ShowOptions = Readonly<{ data: string; json?: boolean }>;

const LINES_A_DAY = 10_000;

/** `tollbook quarantine`: looks at the lines that are no usage record. */
export function quarantineCommand(data: () => Option): Command {
  const command = new Command('quarantine').description('look at the lines that could not be counted');
  command
    .command('list')
    .description('list quarantined lines, newest day first')
    .option('--day <day>', 'only lines logged on this UTC day')
    .option('--reason <reason>', 'only lines with this reason, such as bad_token_count')
    .option('--limit <n>', 'at most so many', '50')
    .addOption(data())
    .option('--json', 'print one JSON object a line')
    .action((options: ListOptions) => withQuarantine(options.data, (store) => list(store, options)));
  command
    .command('show')
    .description('show one quarantined line with all that is kept of it')
    .argument('<id>', 'the id that list shows')
    .addOption(data())
    .option('--json', 'print it as one JSON object')
    .action((id: string, options: ShowOptions) =>
      withQuarantine(options.data, (store) => show(store, id, options)),
    );
  return command;
}

async function withQuarantine(
  dataDir: string,
  work: (store: QuarantineStore) => Promise<string>,
): Promise<void> {
  const stack = await openStack({ dataDir });
  try {
    process.stdout.write(`${await work(stack.stores.quarantine)}\n`);
  } finally {
    await stack.stop();
  }
}

async function list(store: QuarantineStore, { day, reason, limit, json }: ListOptions): Promise<string> {
  const most = /^[1-9]\d{0,5}$/.test(limit) ? Number(limit) : undefined;
  if (most === undefined) throw new LocalError('usage', `--limit ${limit}: give a number from 1 to 999999`);
  const days = (await store.days()).filter((candidate) => day === undefined || candidate === day).reverse();
  const lines: QuarantinedLine[] = [];
  for (const each of days) {
    if (lines.length >= most) break;
    const ofDay = await store.ofDay(each, LINES_A_DAY);
    lines.push(...ofDay.filter((line) => reason === undefined || line.reason === reason));
  }
  const shown = lines.slice(0, most);
  return json === true ? shown.map((line) => JSON.stringify(line)).join('\n') : formatQuarantineList(shown);
}

async function show(store: QuarantineStore, id: string, { json }: ShowOptions): Promise<string> {
  for (const day of await store.days()) {
    const line = await store.find(day, id);
    if (line !== undefined) return json === true ? JSON.stringify(line) : formatQuarantined(line);
  }
  throw new LocalError('usage', `no quarantined line has the id ${id}: see tollbook quarantine list`);
}
