import { definedOnly } from '../../domain/definedOnly.ts';
import { checkPolicy, type PolicyProblem } from '../../domain/policy/checkPolicy.ts';
import type { Person } from '../../domain/policy/decision.ts';
import { findOvercommitted } from '../../domain/policy/findOvercommitted.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { type FindPosition, type Position, readYaml } from '../../pricing/readYaml.ts';
import { readAlerts } from './alertSection.ts';
import { checkAlertNames } from './checkAlertNames.ts';
import { checkBelonging } from './checkBelonging.ts';
import { checkKnownNames } from './checkKnownNames.ts';
import { checkModels } from './checkModels.ts';
import { checkRouted } from './checkRouted.ts';
import { type DirectoryPerson, type Draft, EMPTY_DRAFT, joinDrafts, policyOf } from './draft.ts';
import { importBudgetManagement } from './importBudgetManagement.ts';
import { importCostLimits } from './importCostLimits.ts';
import { importDepartments } from './importDepartments.ts';
import { importRateLimits } from './importRateLimits.ts';
import { membershipsOf } from './memberships.ts';
import { type Finding, MAX_NOTES, type Notes, openNotes, type Part, type Sourced } from './notes.ts';
import { readOwnSections, TOP_KEYS } from './ownSections.ts';
import { childOf, isMap } from './parts.ts';
import { readRouting } from './routingSection.ts';

/** Which kind of file it was; all but `tollbook` are imports of what other gateways read. */
export type PolicyFormat =
  | 'tollbook'
  | 'rate_limits'
  | 'budget_management'
  | 'cost_limits'
  | 'departments'
  | 'routing';

/** A policy, with what somebody should know of it; or everything that is wrong with the text. */
export type ReadPolicy =
  | Readonly<{
      kind: 'read';
      formats: readonly PolicyFormat[];
      policy: Policy;
      /** Who works where, if the file says. */
      directory?: readonly DirectoryPerson[];
      warnings: readonly Finding[];
    }>
  | Readonly<{ kind: 'refused'; mistakes: readonly Finding[]; warnings: readonly Finding[] }>;

const MAX_POLICY_CHARACTERS = 1_048_576;
/** A policy has six levels. Of very many, the YAML parser would take seconds to say that they are too many. */
const MAX_OPEN_BRACKETS = 1_000;

const ALERT_KEYS: readonly string[] = ['alerts', 'contacts'];

const IMPORTS = new Map<PolicyFormat, (part: Part, notes: Notes) => Draft>([
  ['rate_limits', importRateLimits],
  ['budget_management', importBudgetManagement],
  ['cost_limits', importCostLimits],
]);

/**
 * Reads a policy from YAML or JSON: Tollbook's own, or one of another gateway, known by its content. Never
 * throws: whatever is wrong is told with file, line and column, all at once. `persons` are people of whom the
 * ledger knows and the file need not: limits of all of them together may be more than there is.
 */
export function readPolicy(text: string, fileName: string, persons: readonly Person[] = []): ReadPolicy {
  const refuse = (mistakes: readonly Omit<Finding, 'file'>[]): ReadPolicy => ({
    kind: 'refused',
    mistakes: mistakes.slice(0, MAX_NOTES).map((mistake) => ({ file: fileName, ...mistake })),
    warnings: [],
  });
  if (text.length > MAX_POLICY_CHARACTERS) {
    return refuse([{ line: 1, column: 1, message: `is longer than ${MAX_POLICY_CHARACTERS} characters` }]);
  }
  const deepest = findTooDeep(text);
  if (deepest !== undefined) return refuse([{ ...deepest, message: 'is nested too deep for a policy' }]);
  const yaml = readYaml(text, fileName);
  if (yaml.kind === 'malformed') {
    return refuse(yaml.mistakes.map(({ line, column, why }) => ({ line, column, message: why })));
  }
  return readValue(yaml.value, { fileName, persons }, yaml.positionOf);
}

/** Where more brackets are open than any policy has, those in texts counted too. */
function findTooDeep(text: string): Position | undefined {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(0, open - 1);
    if (open <= MAX_OPEN_BRACKETS) continue;
    const before = text.slice(0, index).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return undefined;
}

type Source = Readonly<{ fileName: string; persons: readonly Person[] }>;

function readValue(value: unknown, { fileName, persons }: Source, find: FindPosition): ReadPolicy {
  const notes = openNotes(fileName);
  const part: Part = { value, path: [] };
  const formats = findFormats(part);
  const draft = readDraft(part, formats, notes);
  const policy = policyOf(draft);
  for (const problem of checkPolicy(policy)) noteProblem(problem, draft, notes);
  checkBelonging(draft, notes);
  checkKnownNames(draft, notes);
  checkModels(draft, notes);
  checkRouted(draft, notes);
  const mistakes = notes.mistakes(find);
  if (mistakes.length > 0) return { kind: 'refused', mistakes, warnings: notes.warnings(find) };
  // Within a hierarchy it is a mistake, which is told once.
  const overcommitted = findOvercommitted(policy, membershipsOf(draft, persons));
  for (const problem of overcommitted) noteProblem(problem, draft, notes);
  checkAlertNames(draft, notes);
  const warnings = notes.warnings(find);
  const directory = draft.directory.map((person) => person.value);
  return { kind: 'read', formats, policy, ...(directory.length === 0 ? {} : { directory }), warnings };
}

/** Departments and routing rules have no key of their own: they are known by what they hold. */
function findFormats({ value }: Part): readonly PolicyFormat[] {
  if (!isMap(value)) return ['tollbook'];
  const named = [...IMPORTS.keys()].filter((key) => Object.hasOwn(value, key));
  if (named.length > 0) return named;
  const isDepartment = (entry: unknown) =>
    isMap(entry) && ['limit', 'user_limits', 'model_restrictions'].some((key) => Object.hasOwn(entry, key));
  const hasOwnKey = Object.keys(value).some((key) => TOP_KEYS.includes(key));
  if (!hasOwnKey && Object.hasOwn(value, 'rules') && Object.hasOwn(value, 'default')) return ['routing'];
  return !hasOwnKey && Object.values(value).some(isDepartment) ? ['departments'] : ['tollbook'];
}

function readDraft(part: Part, formats: readonly PolicyFormat[], notes: Notes): Draft {
  if (formats.includes('departments')) return importDepartments(part, notes);
  if (formats.includes('routing'))
    return { ...EMPTY_DRAFT, ...definedOnly({ routing: readRouting(part, notes) }) };
  const drafts = formats.flatMap((format) => {
    const read = IMPORTS.get(format);
    return read === undefined ? [] : [read(childOf(part, format), notes)];
  });
  if (drafts.length === 0) return readTop(part, notes);
  if (isMap(part.value)) {
    const isKnown = (key: string) => formats.some((format) => format === key) || ALERT_KEYS.includes(key);
    for (const key of Object.keys(part.value).filter((name) => !isKnown(name))) {
      notes.mistake([key], `unknown key ${key} beside ${formats.join(' and ')}`, 'key');
    }
  }
  // Files of other gateways say whom to tell and not how: that may stand beside what is theirs.
  const [alerts, contacts] = [childOf(part, 'alerts'), childOf(part, 'contacts')];
  const read = readAlerts({ alerts, contacts }, { timeZone: 'UTC' }, notes);
  return joinDrafts([...drafts, { ...EMPTY_DRAFT, ...definedOnly({ alerts: read }) }]);
}

function readTop(part: Part, notes: Notes): Draft {
  const isNothing = part.value === '' || part.value === null || part.value === undefined;
  return readOwnSections(isNothing ? { ...part, value: {} } : part, notes);
}

function noteProblem(
  { severity, section, index, part, message }: PolicyProblem,
  draft: Draft,
  notes: Notes,
): void {
  const { breaker } = draft;
  const sources: Record<PolicyProblem['section'], readonly Sourced<unknown>[]> = {
    ...draft,
    breaker: breaker === undefined ? [] : [breaker],
  };
  const source = sources[section][index];
  const path = [...(source?.path ?? []), ...part.map((step) => source?.renamed?.get(step) ?? step)];
  if (severity === 'mistake') notes.mistake(path, message);
  else notes.warn(path, message);
}
