import { keptPolicy } from '../../infra/local/config.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { addDays, toDay } from '../../shared/domain/period.ts';
import { comparePolicies } from '../../shared/domain/policy/comparePolicies.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import type { DirectoryPerson } from '../../shared/formats/policy/draft.ts';
import { formatPolicy } from '../../shared/formats/policy/formatPolicy.ts';
import { findAffected } from '../../shared/store/findAffected.ts';
import { readKnownPersons } from '../../shared/store/knownPersons.ts';
import type { ApplyOutcome } from '../../shared/store/policyStore.ts';
import type { Ledger, LedgerOptions } from '../openLedger.ts';
import { formatApplied, formatPlan, type Plan, planJson } from '../output/budgetPlan.ts';
import { findingsJson, policySummary } from '../output/policySummary.ts';
import { addPersons } from './addPersons.ts';
import { checkPolicyFile, type PolicyFile, readPolicyFile, warnWithPersons } from './policyFile.ts';
import { printFromLedger } from './withLedger.ts';

type PlanOptions = LedgerOptions & Readonly<{ json?: boolean }>;
type ApplyOptions = PlanOptions & Readonly<{ as: string; why?: string }>;
type ExportOptions = PlanOptions & Readonly<{ number?: number }>;

/** Whoever asked nothing for longer is not affected now. */
const ASKED_DAYS = 7;

export function validateCommand(file: string, { json }: Readonly<{ json?: boolean }>): void {
  if (json !== true) {
    const read = readPolicyFile(file);
    process.stdout.write(`${read.file}: valid, ${policySummary(read)}\n`);
    return;
  }
  const read = checkPolicyFile(file);
  process.stdout.write(`${JSON.stringify(findingsJson(read))}\n`);
  if (read.kind === 'refused') process.exitCode = 2;
}

export async function planCommand(file: string, options: PlanOptions): Promise<void> {
  const read = readPolicyFile(file);
  await printFromLedger(options, async (ledger) => {
    const plan = await planPolicy(read, ledger);
    return options.json === true ? JSON.stringify(planJson(plan)) : formatPlan(plan);
  });
}

export async function applyCommand(file: string, options: ApplyOptions): Promise<void> {
  const read = readPolicyFile(file);
  await printFromLedger(options, async (ledger) => {
    const plan = await planPolicy(read, ledger);
    const outcome = await ledger.stores.policies.apply({
      ...keptPolicy(read, await ledger.pseudonyms()),
      by: options.as,
      at: new Date(),
      replaces: plan.replaces,
      ...(options.why === undefined ? {} : { why: options.why }),
    });
    const number = appliedNumber(outcome);
    await addPersons(await ownPersons(read, ledger), ledger);
    await ledger.settle();
    const isNew = outcome.kind === 'applied';
    if (options.json === true) return JSON.stringify({ ...planJson(plan), version: number, applied: isNew });
    return `${isNew ? `${formatPlan(plan)}\n\n` : ''}${formatApplied(number, isNew)}`;
  });
}

export async function exportCommand(options: ExportOptions): Promise<void> {
  await printFromLedger(options, async ({ stores: { policies } }) => {
    const { number: wanted } = options;
    const version = await (wanted === undefined ? policies.current() : policies.find(wanted));
    if (version === undefined) {
      const which = wanted === undefined ? 'no policy is in force yet' : `there is no version ${wanted}`;
      throw new LocalError('usage', which);
    }
    const { policy, number, by, at, why, digest } = version;
    const yaml = formatPolicy(policy);
    if (options.json === true) return JSON.stringify({ version: number, by, at, why, digest, yaml });
    const reason = why === undefined ? '' : `: ${why}`;
    return `# Version ${number}, applied ${at} by ${by}${reason}\n${yaml.trimEnd()}`;
  });
}

async function planPolicy(read: PolicyFile, ledger: Ledger): Promise<Plan> {
  const { policies, totals, standings, increases, directory } = ledger.stores;
  const now = new Date();
  const current = await policies.current();
  const before: Policy = current?.policy ?? EMPTY_POLICY;
  const pseudonymOf = await ledger.pseudonyms();
  const { policy } = keptPolicy(read, pseudonymOf);
  const known = await readKnownPersons(directory, toDay(now), await ownPersons(read, ledger));
  // Under pseudonyms nobody in the ledger could be told to be somebody in the file.
  if (pseudonymOf === undefined) warnWithPersons(read, [...known.values()]);
  const days = { from: addDays(toDay(now), 1 - ASKED_DAYS), to: toDay(now) };
  const { users, idle } = await findAffected(
    { before, after: policy, days },
    { totals, standings, increases, known, now },
  );
  return {
    file: read.file,
    replaces: current?.number ?? 0,
    changes: comparePolicies(before, policy),
    affected: users,
    idle,
  };
}

/** Whom the file itself tells of, under the names of the ledger. */
export async function ownPersons(
  { directory = [] }: PolicyFile,
  ledger: Pick<Ledger, 'pseudonyms'>,
): Promise<readonly DirectoryPerson[]> {
  if (directory.length === 0) return [];
  const pseudonymOf = await ledger.pseudonyms();
  if (pseudonymOf === undefined) return directory;
  return directory.map((person) => ({ ...person, user: pseudonymOf(person.user) }));
}

function appliedNumber(outcome: ApplyOutcome): number {
  switch (outcome.kind) {
    case 'applied':
    case 'unchanged':
      return outcome.number;
    case 'conflict':
      throw new LocalError(
        'usage',
        `somebody applied version ${outcome.current} meanwhile: look at it with "tollbook budgets export", then apply again`,
      );
    case 'tooLarge':
      throw new LocalError('usage', `the policy has ${outcome.bytes} bytes packed, of ${outcome.maxBytes}`);
    default:
      return outcome satisfies never;
  }
}
