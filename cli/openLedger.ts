import { explainAwsError } from '../infra/aws/awsError.ts';
import { type DeployedLedger, readDeployedLedger } from '../infra/aws/deployedLedger.ts';
import { invoke } from '../infra/local/invoke.ts';
import { openStack, type Stack, type StackOptions } from '../infra/local/stack.ts';
import type { PseudonymOf } from '../shared/domain/pseudonym.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { readPseudonyms } from '../shared/runtime/pseudonyms.ts';
import { DIRECTORY_FRESH_MS } from '../shared/store/directoryStore.ts';
import { dynamoStores } from '../shared/store/stores.ts';

/** Which ledger a command works on: that of a data folder, or with a stage the deployed one. */
export type LedgerOptions = Readonly<{
  data: string;
  stage?: string;
  region?: string;
  /** A file of the company's own prices, for commands that price. */
  prices?: string;
}>;

/** A ledger as the commands use it, wherever it lies. */
export type Ledger = Pick<Stack, 'stores' | 'posting' | 'invoke' | 'settle' | 'stop'> &
  Readonly<{
    /** The names under which users are kept; `undefined` where these are their real ones. */
    pseudonyms(): Promise<PseudonymOf | undefined>;
    /** How long functions that run elsewhere may go by what they read of the directory before. */
    directoryLagMs: number;
  }>;

/** `ingestLogs` is stopped after this; see its timeout in serverless.yml. */
const LONGEST_INGEST_MS = 60_000;

/** Opens the ledger that the options name. The functions run in this process in either case. */
export async function openLedger(
  { data, stage, region, prices }: LedgerOptions,
  listeners: Pick<StackOptions, 'onAlert' | 'hasPseudonyms'> = {},
): Promise<Ledger> {
  if (stage === undefined) {
    const stack = await openStack({ dataDir: data, prices, ...listeners });
    return { ...stack, pseudonyms: async () => stack.pseudonymOf, directoryLagMs: 0 };
  }
  const deployed = readDeployedLedger(stage);
  setEnvironment(deployed, { region, prices });
  return openDeployed(deployed);
}

/** For a cursor: the same work on another ledger is another work. */
export function ledgerName({ data, stage, region }: LedgerOptions): string {
  return stage === undefined ? `data ${data}` : `stage ${stage} ${region ?? process.env.AWS_REGION ?? ''}`;
}

/** The deployed tables with the person's own credentials; their stream does what a local stack does itself. */
async function openDeployed(ledger: DeployedLedger): Promise<Ledger> {
  const { recordsTable, totalsTable, recordRetentionDays, lineRetentionDays } = ledger;
  const stores = dynamoStores({ client: documentClient(), recordsTable, totalsTable });
  try {
    // Says at once, and not in the middle of the work, that there is no such table or no right to read it.
    await stores.quarantine.days();
  } catch (error) {
    throw explainAwsError(error, `table ${totalsTable}`);
  }
  return {
    stores,
    posting: () => ({ now: new Date(), recordRetentionDays, lineRetentionDays }),
    invoke: (functionName, event) =>
      invoke(functionName, event).catch((error: unknown) => {
        throw explainAwsError(error, functionName);
      }),
    settle: async () => {},
    stop: async () => {},
    pseudonyms: () => readPseudonyms(readEnvironment('PSEUDONYM_KEY_PARAMETER')),
    directoryLagMs: DIRECTORY_FRESH_MS + LONGEST_INGEST_MS,
  };
}

/** What `ingestLogs` finds in its environment when it is deployed. */
function setEnvironment(
  ledger: DeployedLedger,
  { region, prices }: { region: string | undefined; prices: string | undefined },
): void {
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
    USAGE_RECORDS_TABLE: ledger.recordsTable,
    USAGE_TOTALS_TABLE: ledger.totalsTable,
    RECORD_RETENTION_DAYS: String(ledger.recordRetentionDays),
    LINE_RETENTION_DAYS: String(ledger.lineRetentionDays),
    SEAL_DAY_AFTER_HOURS: String(ledger.sealDayAfterHours),
    SEAL_MONTH_ON_DAY: String(ledger.sealMonthOnDay),
    ...ledger.settings,
    ...(region === undefined ? {} : { AWS_REGION: region }),
    ...(prices === undefined ? {} : { PRICE_OVERLAY: prices }),
  });
}
