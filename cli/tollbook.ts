#!/usr/bin/env -S node --max-semi-space-size=8
import './quietLogs.ts';

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { LocalError } from '../infra/local/localError.ts';
import { alertsCommand } from './commands/alerts.ts';
import { archiveCommand } from './commands/archive.ts';
import { backfillCommand } from './commands/backfill.ts';
import { budgetsCommand } from './commands/budgets.ts';
import { COSTS_BY, costsCommand } from './commands/costs.ts';
import { directoryCommand } from './commands/directory.ts';
import { formatOption } from './commands/fileFormat.ts';
import { ingestCommand } from './commands/ingest.ts';
import { pricesOption } from './commands/ownPrices.ts';
import { pricesCommand } from './commands/prices.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { quoteCommand } from './commands/quote.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { redriveCommand } from './commands/redrive.ts';
import { repriceCommand } from './commands/reprice.ts';
import { startCommand } from './commands/start.ts';
import { totalCommand } from './commands/total.ts';
import { verifyCommand } from './commands/verify.ts';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
const DEFAULT_DATA = '.tollbook';
const DEFAULT_PORT = 8787;

const data = () => new Option('--data <dir>', 'folder of the ledger').default(DEFAULT_DATA);
/** Which ledger: that of a data folder, or with a stage the deployed one. */
const ledger = () => [
  data(),
  new Option('--stage <name>', 'the deployed ledger of this stage, with your AWS credentials'),
  new Option('--region <name>', 'AWS region; else the one that your AWS settings name'),
];
const config = () =>
  new Option('--config <file>', 'YAML file of users, teams, monthly budgets and log rules');
const json = (what: string) => new Option('--json', `print ${what} as one JSON object`);

const program = new Command('tollbook')
  .description('A usage ledger for LLM gateways: every request counted once, money exact to the last digit.')
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  tollbook start                            show the bundled sample and serve the API
  tollbook start --logs gateway.log.gz      do it with your own log files
  tollbook ingest --json *.log              post log files
  tollbook costs --by team --from 2026-11-01 --to 2026-11-30

Exit codes: 0 done, 1 failed, 2 wrong use or a missing file, folder, port or program`,
  );

program
  .command('start')
  .description('ingest files or the bundled sample, show costs and alerts, and serve the API on 127.0.0.1')
  .option('--logs <files...>', 'gateway log files, plain or gzip; without it the bundled sample')
  .option('--follow', 'go on reading where the files grow')
  .option('--once', 'stop after the summary')
  .addOption(new Option('--port <n>', 'port of the API').argParser(portNumber).default(DEFAULT_PORT))
  .addOption(formatOption())
  .addOption(config())
  .addOption(pricesOption())
  .addOption(data())
  .addOption(json('the summary'))
  .allowExcessArguments(false)
  .action(startCommand);

program
  .command('ingest')
  .description('post gateway log files to the ledger; what is there already is not counted again')
  .argument('<files...>', 'gateway log files, plain or gzip')
  .addOption(formatOption())
  .addOption(config())
  .addOption(pricesOption())
  .addOption(data())
  .addOption(json('the counts'))
  .action(ingestCommand);

const costs = program
  .command('costs')
  .description('show what the ledger holds')
  .addOption(new Option('--by <dimension>', 'what to group by').choices(COSTS_BY).makeOptionMandatory())
  .option('--from <day>', 'first day, YYYY-MM-DD, in UTC or the zone of --tz')
  .option('--to <day>', 'last day, included')
  .option('--team <team>', 'only this team')
  .addOption(new Option('--top <n>', 'only the dearest names').argParser(topNumber))
  .option(
    '--tz <zone>',
    'cut days and hours in this time zone, such as Europe/Berlin; cost and requests only',
  )
  .addOption(json('the rows'))
  .allowExcessArguments(false)
  .action(costsCommand);

const total = program
  .command('total')
  .description('show all figures of one scope, such as org, team:payments or user:ada@example.com')
  .argument('<scope>', 'org, or a dimension and a name')
  .requiredOption('--period <period>', 'UTC day, ISO week or month: 2026-11-23, 2026-W48, 2026-11')
  .addOption(json('the figures'))
  .allowExcessArguments(false)
  .action(totalCommand);
for (const option of ledger()) total.addOption(option);

program
  .command('quote')
  .description('what one request costs, by service; takes the body of POST /costs/quote')
  .argument('[file]', 'JSON file; stdin without it')
  .addOption(pricesOption())
  .addOption(json('the cost block'))
  .allowExcessArguments(false)
  .action(quoteCommand);

program.addCommand(pricesCommand());
program.addCommand(quarantineCommand(ledger));
program.addCommand(archiveCommand(ledger));
program.addCommand(directoryCommand(ledger));
program.addCommand(budgetsCommand(ledger));
program.addCommand(alertsCommand(ledger));

const backfill = program
  .command('backfill')
  .description('read again what was logged, and post what is missing; goes on where an earlier run ended')
  .argument('[sources...]', 'gateway log files, or s3://BUCKET/PREFIX, plain or gzip')
  .option('--log-group <name>', 'read a log group of CloudWatch Logs instead, with --from and --to')
  .option('--from <time>', 'UTC day, or a time such as 2026-11-23T10:00Z')
  .option('--to <time>', 'UTC day, included, or a time, excluded')
  .addOption(
    new Option('--rate <n>', 'requests a second for pages of a log group').argParser(rate).default(2),
  )
  .option('--restart', 'begin anew, whatever an earlier run has done')
  .addOption(pricesOption())
  .addOption(json('the counts'))
  .action(backfillCommand);

const redrive = program
  .command('redrive')
  .description('give batches that failed every try to ingestLogs again, and take them off the queue')
  .option('--queue <name>', 'name or URL of the queue; with --stage that of the stage')
  .option('--dry-run', 'show what is in the queue, and change nothing')
  .addOption(pricesOption())
  .addOption(json('the outcomes'))
  .allowExcessArguments(false)
  .action(redriveCommand);

const reprice = program
  .command('reprice')
  .description('price recorded requests again with the prices in force now; twice is once')
  .option('--from <day>', 'first UTC day, YYYY-MM-DD')
  .option('--to <day>', 'last UTC day, included')
  .option('--model <name>', 'only this model; a * at the end stands for any rest')
  .option('--dry-run', 'show what would change, and change nothing')
  .addOption(pricesOption())
  .addOption(json('the figures'))
  .allowExcessArguments(false)
  .action(repriceCommand);

const verify = program
  .command('verify')
  .description('prove days from records to lines to totals to seals; exit 1 when something does not hold')
  .option('--day <day>', 'one UTC day, YYYY-MM-DD; without days all whose records are kept')
  .option('--month <month>', 'the days of a month, YYYY-MM')
  .option('--from <day>', 'first UTC day')
  .option('--to <day>', 'last UTC day, included')
  .addOption(json('the proof'))
  .allowExcessArguments(false)
  .action(verifyCommand);

const rebuild = program
  .command('rebuild')
  .description("make a day's totals again from its lines, and say whether they are the same")
  .requiredOption('--day <day>', 'UTC day, YYYY-MM-DD')
  .addOption(json('the outcome'))
  .allowExcessArguments(false)
  .action(rebuildCommand);

for (const command of [costs, backfill, redrive, reprice, verify, rebuild])
  for (const option of ledger()) command.addOption(option);

/** AWS lets an account ask for five pages a second; the rest is for others. */
function rate(text: string): number {
  if (/^[1-5]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number from 1 to 5.');
}

function topNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a number from 1 to 999999.');
}

function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('give a number from 0 to 65535.');
}

/** A mistake of the user is one line on stderr and exit code 2; anything else says what failed and is 1. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof LocalError) {
    process.stderr.write(`tollbook: ${error.message}\n`);
    return EXIT_USAGE;
  }
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(
    `tollbook: failed: ${reason}. What was posted is whole; run the same again to go on.\n`,
  );
  if (process.env.TOLLBOOK_DEBUG !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  return EXIT_FAILURE;
}

/** The reader of a pipe may leave early, as `head` does; that is no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
