import { resolve } from 'node:path';
import { readIngestSettings } from '../../functions/ingestLogs.ts';
import { type AwsAccount, makeLogsClient, makeS3Client, readAwsAccount } from '../../infra/aws/awsClients.ts';
import { explainAwsError } from '../../infra/aws/awsError.ts';
import { backfillLogGroup, logCursor } from '../../infra/aws/backfillLogGroup.ts';
import { parseS3Uri } from '../../infra/aws/bucketObjects.ts';
import { filterLogEvents, type LogSpan } from '../../infra/aws/logPages.ts';
import { makePace } from '../../infra/aws/pace.ts';
import { backfillSources, type Source, sourceCursor } from '../../infra/local/backfillSources.ts';
import { CursorFile } from '../../infra/local/cursorFile.ts';
import { Ingest } from '../../infra/local/ingestFiles.ts';
import { checkFile } from '../../infra/local/lines.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { OpenQuarantine } from '../../shared/store/openQuarantine.ts';
import { type Interrupt, watchInterrupt } from '../interrupt.ts';
import { type Ledger, type LedgerOptions, ledgerName, openLedger } from '../openLedger.ts';
import { type BackfillResult, backfillJson, formatBackfill } from '../output/backfill.ts';
import { showIngest } from '../output/ingest.ts';
import { Progress } from '../output/progress.ts';
import { openPriceBook } from './ownPrices.ts';
import { readTimeSpan } from './timeSpan.ts';

export type BackfillOptions = LedgerOptions &
  Readonly<{
    logGroup?: string;
    from?: string;
    to?: string;
    rate: number;
    restart?: boolean;
    json?: boolean;
  }>;

/** One backfill, as it is told to do its work. */
type Work = Readonly<{ ledger: Ledger; ingest: Ingest; interrupt: Interrupt; options: BackfillOptions }>;

/** `tollbook backfill`: reads again what was logged, and posts what is missing. */
export async function backfillCommand(sources: readonly string[], options: BackfillOptions): Promise<void> {
  const { logGroup, from, to } = options;
  openPriceBook(options);
  if (logGroup === undefined) {
    if (sources.length === 0)
      throw new LocalError('usage', 'give files, s3://BUCKET/PREFIX, or --log-group with --from and --to');
    if (from !== undefined || to !== undefined)
      throw new LocalError('usage', '--from and --to go with --log-group; files are read as a whole');
    return runBackfill(options, await openSources(sources, options));
  }
  if (sources.length > 0) throw new LocalError('usage', 'give either --log-group or files, not both');
  if (from === undefined || to === undefined)
    throw new LocalError('usage', '--log-group needs --from and --to');
  const span = { logGroup, ...readTimeSpan(from, to) };
  const account = await readAccount(`log group ${logGroup}`, options);
  return runBackfill(options, (work) => runLogGroup(span, account, work));
}

async function runBackfill(
  options: BackfillOptions,
  run: (work: Work) => Promise<Omit<BackfillResult, 'tally' | 'isInterrupted'>>,
): Promise<void> {
  const interrupt = watchInterrupt();
  const ledger = await openLedger(options, { onAlert: (message) => process.stderr.write(`${message}\n\n`) });
  try {
    const progress = new Progress();
    const ingest = new Ingest(ledger, (tally) => showIngest(progress, tally));
    const done = await run({ ledger, ingest, interrupt, options });
    await ledger.settle();
    progress.end();
    const result = { ...done, tally: ingest.tally, isInterrupted: interrupt.signal.aborted };
    const text = options.json === true ? JSON.stringify(backfillJson(result)) : formatBackfill(result);
    process.stdout.write(`${text}\n`);
    interrupt.finish();
  } finally {
    await ledger.stop();
  }
}

async function runLogGroup(span: LogSpan, account: AwsAccount, { ledger, ingest, interrupt, options }: Work) {
  const job = { ledger: ledgerName(options), region: account.region, ...span };
  const cursorFile = new CursorFile(options.data, job, logCursor);
  if (options.restart === true) cursorFile.remove();
  const cursor = cursorFile.read();
  const quarantine = await OpenQuarantine.read(ledger.stores.quarantine, span);
  const formats = (await readIngestSettings()).rules?.formatsOf(span.logGroup);
  let settled = 0;
  let isDone = false;
  const { pages } = await backfillLogGroup(span, {
    ingest,
    cursor,
    signal: interrupt.signal,
    fetchPage: filterLogEvents(makeLogsClient(account), makePace(options.rate)),
    save: (next) => cursorFile.write(next),
    onPosted: async (events) => {
      settled += await quarantine.settle(events, { now: new Date(), formats });
    },
    onEnd: () => {
      isDone = true;
    },
  }).catch((error: unknown) => {
    throw explainAwsError(error, `log group ${span.logGroup}`);
  });
  if (isDone) cursorFile.remove();
  return { isResumed: cursor !== undefined, pages, settled };
}

/** Checks all sources before anything is posted. */
async function openSources(names: readonly string[], options: BackfillOptions) {
  const places = names.map((name) => ({ name, place: parseS3Uri(name) }));
  for (const { name, place } of places) if (place === undefined) checkFile(name);
  const inS3 = places.find(({ place }) => place !== undefined);
  const account = inS3 === undefined ? undefined : await readAccount(inS3.name, options);
  const client = account === undefined ? undefined : makeS3Client(account);
  const sources = places.map(({ name, place }): Source => {
    if (place === undefined || client === undefined) return { kind: 'file', file: resolve(name) };
    return { kind: 's3', place, client };
  });
  return async ({ ingest, interrupt }: Work) => {
    const names = sources.map((source) => (source.kind === 'file' ? source.file : source.place));
    const job = { ledger: ledgerName(options), names };
    const cursorFile = new CursorFile(options.data, job, sourceCursor);
    if (options.restart === true) cursorFile.remove();
    const cursor = cursorFile.read();
    const save = cursorFile.write.bind(cursorFile);
    const { signal } = interrupt;
    const objects = await backfillSources(sources, { ingest, cursor, signal, save }).catch(
      (error: unknown) => {
        throw explainAwsError(error, names.length === 1 ? (inS3?.name ?? '') : 'the backfill');
      },
    );
    if (cursorFile.read()?.source === sources.length) cursorFile.remove();
    return { isResumed: cursor !== undefined, ...(inS3 === undefined ? {} : { objects }) };
  };
}

function readAccount(what: string, { region }: LedgerOptions): Promise<AwsAccount> {
  const hasOwnS3Endpoint = process.env.AWS_ENDPOINT_URL_S3 !== undefined;
  return readAwsAccount(region, hasOwnS3Endpoint).catch((error: unknown) => {
    throw explainAwsError(error, what);
  });
}
