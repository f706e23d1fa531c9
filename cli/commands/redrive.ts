import { makeSqsClient, readAwsAccount } from '../../infra/aws/awsClients.ts';
import { explainAwsError } from '../../infra/aws/awsError.ts';
import { readDeployedLedger } from '../../infra/aws/deployedLedger.ts';
import { findQueueUrl } from '../../infra/aws/failedDeliveries.ts';
import { type RedriveOutcome, redriveQueue } from '../../infra/aws/redriveQueue.ts';
import { Ingest } from '../../infra/local/ingestFiles.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { watchInterrupt } from '../interrupt.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { Progress } from '../output/progress.ts';
import { formatRedrive, redriveJson } from '../output/redrive.ts';
import { openPriceBook } from './ownPrices.ts';

export type RedriveCommandOptions = LedgerOptions &
  Readonly<{ queue?: string; dryRun?: boolean; json?: boolean }>;

const EXIT_LEFT = 1;

/** `tollbook redrive`: gives batches that failed every try to `ingestLogs` again. Exit code 1 if some stayed. */
export async function redriveCommand(options: RedriveCommandOptions): Promise<void> {
  const queue = options.queue ?? queueOfStage(options.stage);
  const isDryRun = options.dryRun === true;
  openPriceBook(options);
  const { client, queueUrl } = await openQueue(queue, options);
  const interrupt = watchInterrupt();
  const ledger = await openLedger(options, { onAlert: (message) => process.stderr.write(`${message}\n\n`) });
  try {
    const progress = new Progress();
    const ingest = new Ingest(ledger);
    const outcomes: RedriveOutcome[] = [];
    const onOutcome = (outcome: RedriveOutcome) => {
      outcomes.push(outcome);
      progress.show(outcomes.length, 'messages');
    };
    const { signal } = interrupt;
    await redriveQueue({ client, queueUrl, ingest, isDryRun, signal, onOutcome }).catch((error: unknown) => {
      throw explainAwsError(error, `queue ${queue}`);
    });
    await ledger.settle();
    progress.end();
    const result = { outcomes, tally: ingest.tally, isDryRun, isInterrupted: signal.aborted };
    const text = options.json === true ? JSON.stringify(redriveJson(result)) : formatRedrive(result);
    process.stdout.write(`${text}\n`);
    if (!isDryRun && outcomes.some(({ outcome }) => outcome !== 'redriven')) process.exitCode = EXIT_LEFT;
    interrupt.finish();
  } finally {
    await ledger.stop();
  }
}

function queueOfStage(stage: string | undefined): string {
  if (stage === undefined) throw new LocalError('usage', 'give --stage, or --queue with a name or URL');
  return readDeployedLedger(stage).failuresQueue;
}

async function openQueue(queue: string, { region }: RedriveCommandOptions) {
  try {
    const client = makeSqsClient(await readAwsAccount(region, false));
    return { client, queueUrl: await findQueueUrl(client, queue) };
  } catch (error) {
    throw explainAwsError(error, `queue ${queue}`);
  }
}
