import { z } from 'zod';
import { formatUsd } from '../../domain/money.ts';
import { allot, excessOver, monthOfYear } from '../../domain/policy/hierarchy.ts';
import type { BudgetRule, BudgetScope, Target } from '../../domain/policy/policy.ts';
import { section } from '../../pricing/strictShape.ts';
import { type Defaults, makeBudgets } from './budgetSection.ts';
import { checkScopeId } from './checkName.ts';
import { type Draft, EMPTY_DRAFT, joinDrafts } from './draft.ts';
import { type LadderFor, readLadder } from './ladder.ts';
import type { Notes, Part, Path, Sourced } from './notes.ts';
import { childOf, entriesOf, isMap, parsePart } from './parts.ts';
import { flag, money, share, timeZone } from './words.ts';

const rootShape = section({
  year: money.optional(),
  month: money.optional(),
  reserve: share.optional(),
  ladder: z.unknown().optional(),
  timeZone: timeZone.optional(),
  hard: flag.optional(),
  units: z.unknown().optional(),
});

const nodeShapes = {
  businessUnit: section({
    share: share.optional(),
    month: money.optional(),
    ladder: z.unknown().optional(),
    teams: z.unknown().optional(),
  }),
  team: section({
    share: share.optional(),
    month: money.optional(),
    ladder: z.unknown().optional(),
    users: z.unknown().optional(),
  }),
  user: section({ share: share.optional(), month: money.optional(), ladder: z.unknown().optional() }),
};

/** A node of the hierarchy and the money that it has to give to those below it. */
type Level = Readonly<{ scope: keyof typeof nodeShapes; below: 'units' | 'teams' | 'users' }>;
type Parent = Readonly<{
  name: string;
  picoUsd: bigint;
  reservePicoUsd: bigint;
  /** Absent at the top. */
  node?: Readonly<{ scope: BudgetScope; id: string }>;
}>;
/** What every node takes over from the top unless it says otherwise. */
type Inherited = Readonly<{ ladder: LadderFor; timeZone: string; hard: boolean }>;

const LEVELS: readonly Level[] = [
  { scope: 'businessUnit', below: 'units' },
  { scope: 'team', below: 'teams' },
  { scope: 'user', below: 'users' },
];

/** `hierarchy`: the company's year and month, what of it is held back, and who gets the rest. */
export function readHierarchy(part: Part, defaults: Defaults, notes: Notes): Draft {
  if (part.value === undefined || part.value === '') return EMPTY_DRAFT;
  const root = parsePart(rootShape, part, notes);
  const ladder = readLadder(childOf(part, 'ladder'), notes);
  if (root === undefined || ladder === undefined) return EMPTY_DRAFT;
  const monthPicoUsd = root.month ?? (root.year === undefined ? undefined : monthOfYear(root.year));
  if (monthPicoUsd === undefined) {
    notes.mistake(part.path, 'a hierarchy starts with money to give out: month, year or both');
    return EMPTY_DRAFT;
  }
  if (root.year !== undefined && monthPicoUsd * 12n > root.year) {
    const twelve = `12 months come to ${formatUsd(monthPicoUsd * 12n)} USD`;
    notes.warn(
      [...part.path, 'month'],
      `${twelve}, more than the year's ${formatUsd(root.year)} USD: the year binds`,
    );
  }
  const reserve = allot(monthPicoUsd, root.reserve === undefined ? {} : { sharePicoPercent: root.reserve });
  const inherited = { ladder, timeZone: root.timeZone ?? defaults.timeZone, hard: root.hard ?? false };
  const usd = (amount: bigint) => ({ measure: 'usd', amount }) as const;
  const periods = { month: usd(monthPicoUsd), ...(root.year === undefined ? {} : { year: usd(root.year) }) };
  const budgets = makeBudgets(
    { ...periods, ...inherited, target: { kind: 'org' }, path: part.path, defaults },
    notes,
  );
  const parent = {
    name: 'the organisation',
    picoUsd: monthPicoUsd,
    reservePicoUsd: reserve.kind === 'allotted' ? reserve.picoUsd : 0n,
  };
  const below = readLevel(childOf(part, 'units'), { parent, inherited, depth: 0 }, notes);
  return joinDrafts([{ ...EMPTY_DRAFT, budgets }, below]);
}

type Context = Readonly<{ parent: Parent; inherited: Inherited; depth: number }>;

function readLevel(part: Part, context: Context, notes: Notes): Draft {
  const level = LEVELS[context.depth];
  if (level === undefined || part.value === undefined) return EMPTY_DRAFT;
  const { parent } = context;
  const drafts: Draft[] = [];
  const amounts: bigint[] = [];
  for (const [id, child] of entriesOf(part, notes)) {
    checkScopeId(id, child.path, notes);
    const node = readNode(child, { ...context, level, id }, notes);
    if (node === undefined) continue;
    amounts.push(node.picoUsd);
    drafts.push(node.draft);
  }
  const excess = excessOver(parent.picoUsd, amounts, parent.reservePicoUsd);
  if (excess > 0n) {
    const sum = formatUsd(amounts.reduce((total, amount) => total + amount, 0n));
    const held =
      parent.reservePicoUsd === 0n ? '' : ` with the reserve of ${formatUsd(parent.reservePicoUsd)} USD`;
    const more = `${formatUsd(excess)} USD more than the ${formatUsd(parent.picoUsd)} USD of ${parent.name}`;
    notes.mistake(part.path, `${level.below} come to ${sum} USD${held}, ${more}`, 'key');
  }
  return joinDrafts(drafts);
}

type NodeContext = Context & Readonly<{ level: Level; id: string }>;

function readNode(
  part: Part,
  context: NodeContext,
  notes: Notes,
): Readonly<{ picoUsd: bigint; draft: Draft }> | undefined {
  const { level, id, parent, inherited, depth } = context;
  const full = isMap(part.value) ? part : shortForm(part);
  const fields = parsePart(nodeShapes[level.scope], full, notes);
  const ownLadder = childOf(full, 'ladder');
  const ladder = ownLadder.value === undefined ? inherited.ladder : readLadder(ownLadder, notes);
  if (fields === undefined || ladder === undefined) return undefined;
  const picoUsd = allotNode(fields, { path: part.path, parent }, notes);
  if (picoUsd === undefined) return undefined;
  const node = { scope: level.scope, id };
  const target: Target = { kind: 'one', ...node };
  const month = { measure: 'usd', amount: picoUsd } as const;
  const defaults = { timeZone: inherited.timeZone };
  const wanted = { month, target, ladder, hard: inherited.hard, path: part.path, defaults };
  const budgets: Sourced<BudgetRule>[] = makeBudgets(wanted, notes);
  const belongings =
    parent.node === undefined ? [] : [{ value: { child: node, parent: parent.node }, path: part.path }];
  const next = LEVELS[depth + 1];
  const self = { name: `${level.scope} ${id}`, picoUsd, reservePicoUsd: 0n, node };
  const below =
    next === undefined
      ? EMPTY_DRAFT
      : readLevel(childOf(full, next.below), { parent: self, inherited, depth: depth + 1 }, notes);
  return { picoUsd, draft: joinDrafts([{ ...EMPTY_DRAFT, budgets, belongings }, below]) };
}

/** `platform: 30%` and `platform: 90000 USD` say all that most nodes need. */
function shortForm(part: Part): Part {
  const isShare = typeof part.value === 'string' && part.value.endsWith('%');
  return { ...part, value: isShare ? { share: part.value } : { month: part.value } };
}

function allotNode(
  fields: Readonly<{ share?: bigint | undefined; month?: bigint | undefined }>,
  { path, parent }: Readonly<{ path: Path; parent: Parent }>,
  notes: Notes,
): bigint | undefined {
  const portion = {
    ...(fields.share === undefined ? {} : { sharePicoPercent: fields.share }),
    ...(fields.month === undefined ? {} : { picoUsd: fields.month }),
  };
  const allotment = allot(parent.picoUsd, portion);
  switch (allotment.kind) {
    case 'allotted':
      if (allotment.picoUsd > 0n) return allotment.picoUsd;
      notes.mistake(path, `this share of ${parent.name} is less than a cent`);
      return undefined;
    case 'unstated':
      notes.mistake(path, 'give a share such as 30%, or a month such as 90000 USD');
      return undefined;
    case 'contradiction': {
      const shareOf = `the share of ${parent.name} is ${formatUsd(allotment.sharePicoUsd)} USD`;
      notes.mistake([...path, 'month'], `${shareOf}, not ${formatUsd(allotment.statedPicoUsd)} USD`);
      return undefined;
    }
    default:
      return allotment satisfies never;
  }
}
