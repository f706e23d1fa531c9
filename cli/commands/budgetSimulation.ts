import { explainAwsError } from '../../infra/aws/awsError.ts';
import { keptPolicy } from '../../infra/local/config.ts';
import { addDays, type DaySpan, toDay } from '../../shared/domain/period.ts';
import { countActive, pastIncreases } from '../../shared/domain/policy/pastIncreases.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { Simulation } from '../../shared/domain/policy/simulation.ts';
import { archiveClient } from '../../shared/runtime/archiveClient.ts';
import { ArchiveError, s3ArchiveObjects } from '../../shared/store/archiveObjects.ts';
import { readKnownPersons } from '../../shared/store/knownPersons.ts';
import type { ReplayedDay } from '../../shared/store/replayDay.ts';
import { replayDays } from '../../shared/store/replayDays.ts';
import type { Ledger, LedgerOptions } from '../openLedger.ts';
import { formatSimulation, type SimulationReport, simulationJson } from '../output/budgetSimulation.ts';
import { Progress } from '../output/progress.ts';
import { progressBar } from '../output/progressBar.ts';
import { formatCount } from '../output/table.ts';
import { ownPersons } from './budgetPolicy.ts';
import { readDayRange } from './dayRange.ts';
import { type PolicyFile, readPolicyFile } from './policyFile.ts';
import { printFromLedger } from './withLedger.ts';

type SimulateOptions = LedgerOptions &
  Readonly<{ policy: string; from?: string; to?: string; withoutIncreases?: boolean; json?: boolean }>;

/** `tollbook budgets simulate`: what a policy would have done on recorded days. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const range = readDayRange(options);
  const read = readPolicyFile(options.policy);
  await printFromLedger(options, async (ledger) => {
    const report = await simulate({ read, range, options }, ledger);
    return options.json === true ? JSON.stringify(simulationJson(report)) : formatSimulation(report);
  });
}

type Wanted = Readonly<{ read: PolicyFile; range: DaySpan; options: SimulateOptions }>;

async function simulate({ read, range, options }: Wanted, ledger: Ledger): Promise<SimulationReport> {
  const { directory, totals, increases: kept } = ledger.stores;
  const today = toDay(new Date());
  const placedOn = range.to < today ? range.to : today;
  const known = await readKnownPersons(directory, placedOn, await ownPersons(read, ledger));
  const { policy } = keptPolicy(read, await ledger.pseudonyms());
  const places = options.withoutIncreases === true ? [] : await kept.all();
  const increases = pastIncreases(
    places.flatMap((place) => place.increases),
    policy,
  );
  const simulation = new Simulation(policy, known, increases);
  const days = await totals.dayTotals({ kind: 'org' }, range);
  const requests = days.reduce((sum, { metrics }) => sum + metrics.requests, 0);
  const replayed = await replay({ policy, range, requests, options }, simulation, ledger);
  const [startMs, endMs] = [range.from, addDays(range.to, 1)].map((day) => Date.parse(`${day}T00:00:00Z`));
  return {
    file: read.file,
    replayed,
    increases: countActive(increases, startMs ?? 0, endMs ?? 0),
    ...simulation.result(),
  };
}

type Replaying = Pick<Wanted, 'range' | 'options'> & Readonly<{ policy: Policy; requests: number }>;

/** Days whose records have expired come from the archive; its bucket is asked only for those. */
async function replay(
  { policy, range, requests, options }: Replaying,
  simulation: Simulation,
  { stores: { records, totals, archives } }: Ledger,
): Promise<ReplayedDay[]> {
  const client = archiveClient(options.stage === undefined ? process.env.ARCHIVE_ENDPOINT : undefined);
  const objects = s3ArchiveObjects({ client, bucket: '' });
  const progress = new Progress();
  let done = 0;
  try {
    return await replayDays({ policy, range }, simulation, {
      ...{ records, totals },
      archive: {
        archives,
        objects: {
          open: (place) =>
            objects.open(place).catch((error: unknown) => {
              throw error instanceof ArchiveError ? error : explainAwsError(error, `bucket ${place.bucket}`);
            }),
        },
      },
      onRequest: () => {
        done += 1;
        progress.show(done, `of ${formatCount(requests)} requests`, ` ${progressBar(done, requests)}`);
      },
    });
  } finally {
    progress.end();
    client.destroy();
  }
}
