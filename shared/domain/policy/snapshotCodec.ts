import * as z from 'zod';
import { encodePolicy, policySchema } from './policySchema.ts';
import type { PeriodStanding, SnapshotData } from './snapshot.ts';
import type { PlacedStanding, SnapshotDifference } from './snapshotDifference.ts';
import {
  daysWire,
  increasesWire,
  MissingNameError,
  NameTable,
  nameAt,
  namesWire,
  packDays,
  packIncrease,
  packPerson,
  packStandings,
  pairsWire,
  personsWire,
  placesWire,
  standingsWire,
  unpackPerson,
  unpackStandings,
} from './snapshotWire.ts';

export const SNAPSHOT_SCHEMA = 'tollbook.snapshot.v1';
export const DIFFERENCE_SCHEMA = 'tollbook.snapshotDifference.v1';

/** All of it or nothing: `problem` says in one line why a text cannot be used. */
export type Decoded<Value> =
  | Readonly<{ kind: 'read'; value: Value }>
  | Readonly<{ kind: 'refused'; problem: string }>;

const version = z.string().min(1).max(256);
const takenAtMs = z.number().min(0).max(8.64e15);

const snapshotWire = z.strictObject({
  schema: z.literal(SNAPSHOT_SCHEMA),
  version,
  takenAtMs,
  policy: policySchema,
  names: namesWire,
  persons: personsWire,
  standings: standingsWire,
  increases: increasesWire,
  spentByDay: daysWire,
});

const differenceWire = z.strictObject({
  schema: z.literal(DIFFERENCE_SCHEMA),
  from: version,
  to: version,
  takenAtMs,
  policy: policySchema.exactOptional(),
  names: namesWire,
  persons: personsWire,
  leftPersons: placesWire,
  standings: standingsWire,
  endedStandings: pairsWire,
  increases: increasesWire,
  endedIncreases: z.array(z.string()),
  spentByDay: daysWire,
});

export function encodeSnapshot(data: SnapshotData): string {
  const table = new NameTable();
  const standings = [...data.standings].flatMap(([budgetId, scopes]) =>
    [...scopes].map(([scopeId, standing]) => ({ budgetId, scopeId, standing })),
  );
  return JSON.stringify({
    schema: SNAPSHOT_SCHEMA,
    version: data.version,
    takenAtMs: data.takenAtMs,
    policy: encodePolicy(data.policy),
    persons: [...data.persons.values()].map((person) => packPerson(person, table)),
    standings: packStandings(standings, table),
    increases: [...data.increases.values()].map(packIncrease),
    spentByDay: packDays(data.spentByDay),
    names: table.names,
  });
}

export function decodeSnapshot(text: string): Decoded<SnapshotData> {
  return decodeWith(text, snapshotWire, SNAPSHOT_SCHEMA, (wire) => {
    const name = nameAt(wire.names);
    return {
      version: wire.version,
      takenAtMs: wire.takenAtMs,
      policy: wire.policy,
      persons: byKey(
        wire.persons.map((row) => unpackPerson(row, name)),
        ({ user }) => user,
      ),
      standings: byBudget(unpackStandings(wire.standings, name)),
      increases: byKey(wire.increases, ({ id }) => id),
      spentByDay: new Map(wire.spentByDay),
    };
  });
}

export function encodeDifference(difference: SnapshotDifference): string {
  const table = new NameTable();
  const { from, to, policy, increases, endedIncreases } = difference;
  return JSON.stringify({
    schema: DIFFERENCE_SCHEMA,
    from,
    to,
    takenAtMs: difference.takenAtMs,
    ...(policy === undefined ? {} : { policy: encodePolicy(policy) }),
    persons: difference.persons.map((person) => packPerson(person, table)),
    leftPersons: difference.leftPersons.map((user) => table.placeOf(user)),
    standings: packStandings(difference.standings, table),
    endedStandings: difference.endedStandings.map(({ budgetId, scopeId }) => [
      table.placeOf(budgetId),
      table.placeOf(scopeId),
    ]),
    increases: increases.map(packIncrease),
    endedIncreases,
    spentByDay: packDays(difference.spentByDay),
    names: table.names,
  });
}

export function decodeDifference(text: string): Decoded<SnapshotDifference> {
  return decodeWith(text, differenceWire, DIFFERENCE_SCHEMA, (wire) => {
    const name = nameAt(wire.names);
    const { from, to, policy, increases, endedIncreases } = wire;
    return {
      from,
      to,
      takenAtMs: wire.takenAtMs,
      ...(policy === undefined ? {} : { policy }),
      persons: wire.persons.map((row) => unpackPerson(row, name)),
      leftPersons: wire.leftPersons.map(name),
      standings: unpackStandings(wire.standings, name),
      endedStandings: wire.endedStandings.map(([budget, scope]) => ({
        budgetId: name(budget),
        scopeId: name(scope),
      })),
      increases,
      endedIncreases,
      spentByDay: new Map(wire.spentByDay),
    };
  });
}

function decodeWith<Wire, Value>(
  text: string,
  schema: z.ZodType<Wire>,
  schemaName: string,
  unpack: (wire: Wire) => Value,
): Decoded<Value> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused('is no whole JSON; it may be cut off');
  }
  const header = z.looseObject({ schema: z.string() }).safeParse(json);
  if (!header.success) return refused(`is not of schema ${schemaName}`);
  if (header.data.schema !== schemaName) {
    return refused(`is of schema ${JSON.stringify(header.data.schema.slice(0, 64))} and not ${schemaName}`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
  }
  try {
    return { kind: 'read', value: unpack(parsed.data) };
  } catch (error) {
    if (error instanceof MissingNameError) return refused(error.message);
    throw error;
  }
}

function refused(problem: string): Readonly<{ kind: 'refused'; problem: string }> {
  return { kind: 'refused', problem };
}

function byKey<Value>(values: readonly Value[], keyOf: (value: Value) => string): Map<string, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

function byBudget(standings: readonly PlacedStanding[]): Map<string, Map<string, PeriodStanding>> {
  const budgets = new Map<string, Map<string, PeriodStanding>>();
  for (const { budgetId, scopeId, standing } of standings) {
    const scopes = budgets.get(budgetId) ?? new Map<string, PeriodStanding>();
    budgets.set(budgetId, scopes);
    scopes.set(scopeId, standing);
  }
  return budgets;
}
