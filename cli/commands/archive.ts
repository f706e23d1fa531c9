import { Command, type Option } from 'commander';
import { explainAwsError } from '../../infra/aws/awsError.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';
import { archiveClient } from '../../shared/runtime/archiveClient.ts';
import { checkArchive } from '../../shared/store/archivedLines.ts';
import { s3ArchiveObjects } from '../../shared/store/archiveObjects.ts';
import { type Ledger, type LedgerOptions, openLedger } from '../openLedger.ts';
import {
  archiveListJson,
  archiveVerdictJson,
  type CheckedArchive,
  formatArchiveList,
  formatArchiveVerdict,
} from '../output/archive.ts';
import { Progress } from '../output/progress.ts';
import { formatCount } from '../output/table.ts';

type ArchiveOptions = LedgerOptions & Readonly<{ day?: string; json?: boolean }>;

const EXIT_UNSOUND = 1;

/** `tollbook archive`: which days' records are archived, and whether the archives are what the list says. */
export function archiveCommand(ledgerOptions: () => readonly Option[]): Command {
  const command = new Command('archive').description('look at the archived records of past days');
  const subcommand = (name: string) => {
    const sub = command.command(name).option('--day <day>', 'only this UTC day, YYYY-MM-DD');
    for (const option of ledgerOptions()) sub.addOption(option);
    return sub.option('--json', 'print one JSON object').allowExcessArguments(false);
  };
  subcommand('list')
    .description('list what is archived, by day')
    .action((options: ArchiveOptions) => withArchives(options, list));
  subcommand('verify')
    .description('read archives whole and compare their digests; exit 1 when one is not as it was listed')
    .action((options: ArchiveOptions) => withArchives(options, verify));
  return command;
}

async function withArchives(
  options: ArchiveOptions,
  work: (ledger: Ledger, options: ArchiveOptions) => Promise<string>,
): Promise<void> {
  const { day } = options;
  if (day !== undefined && !isDay(day))
    throw new LocalError('usage', `--day ${day}: give a day as YYYY-MM-DD`);
  const ledger = await openLedger(options);
  try {
    process.stdout.write(`${await work(ledger, options)}\n`);
  } finally {
    await ledger.stop();
  }
}

async function archivesOf({ stores }: Ledger, { day }: ArchiveOptions) {
  return (await stores.archives.all()).filter((archive) => day === undefined || archive.day === day);
}

async function list(ledger: Ledger, options: ArchiveOptions): Promise<string> {
  const archives = await archivesOf(ledger, options);
  return options.json === true ? JSON.stringify(archiveListJson(archives)) : formatArchiveList(archives);
}

async function verify(ledger: Ledger, options: ArchiveOptions): Promise<string> {
  const archives = await archivesOf(ledger, options);
  const client = archiveClient(options.stage === undefined ? process.env.ARCHIVE_ENDPOINT : undefined);
  const progress = new Progress();
  const checked: CheckedArchive[] = [];
  for (const archive of archives) {
    const objects = s3ArchiveObjects({ client, bucket: archive.bucket });
    const outcome = await checkArchive(archive, objects).catch((error: unknown) => {
      throw explainAwsError(error, `bucket ${archive.bucket}`);
    });
    checked.push({ archive, outcome });
    progress.show(checked.length, `of ${formatCount(archives.length)} archives`);
  }
  progress.end();
  client.destroy();
  if (checked.some(({ outcome }) => outcome !== 'sound')) process.exitCode = EXIT_UNSOUND;
  return options.json === true ? JSON.stringify(archiveVerdictJson(checked)) : formatArchiveVerdict(checked);
}
