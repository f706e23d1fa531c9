import { keptPolicy } from '../../infra/local/config.ts';
import { toDay } from '../../shared/domain/period.ts';
import { Simulation } from '../../shared/domain/policy/simulation.ts';
import { readKnownPersons } from '../../shared/store/knownPersons.ts';
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
  Readonly<{ policy: string; from?: string; to?: string; json?: boolean }>;

/** `tollbook budgets simulate`: what a policy would have done on recorded days. */
export async function simulateCommand(options: SimulateOptions): Promise<void> {
  const range = readDayRange(options);
  const read = readPolicyFile(options.policy);
  await printFromLedger(options, async (ledger) => {
    const report = await simulate(read, range, ledger);
    return options.json === true ? JSON.stringify(simulationJson(report)) : formatSimulation(report);
  });
}

async function simulate(
  read: PolicyFile,
  range: Readonly<{ from: string; to: string }>,
  ledger: Ledger,
): Promise<SimulationReport> {
  const { directory, records, totals } = ledger.stores;
  const today = toDay(new Date());
  const placedOn = range.to < today ? range.to : today;
  const known = await readKnownPersons(directory, placedOn, await ownPersons(read, ledger));
  const { policy } = keptPolicy(read, await ledger.pseudonyms());
  const simulation = new Simulation(policy, known);
  const days = await totals.dayTotals({ kind: 'org' }, range);
  const requests = days.reduce((sum, { metrics }) => sum + metrics.requests, 0);
  const progress = new Progress();
  let done = 0;
  const replayed = await replayDays({ policy, range }, simulation, {
    ...{ records, totals },
    onRequest: () => {
      done += 1;
      progress.show(done, `of ${formatCount(requests)} requests`, ` ${progressBar(done, requests)}`);
    },
  });
  progress.end();
  return { file: read.file, ...replayed, ...simulation.result() };
}
