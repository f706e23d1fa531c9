import type { Attribute, Item } from './attributes.ts';
import { compileCondition } from './condition.ts';
import { type Bindings, refuseUnused, type Tokens } from './expression.ts';
import { TwinGap, validationFailure } from './failures.ts';
import { type Key, readKey, Stored } from './table.ts';
import { applyUpdate, compileUpdate } from './update.ts';

/** What the protocol says of one write, whether it comes alone or in a transaction. */
export type WriteInput = Readonly<{
  TableName?: string;
  Item?: Item;
  Key?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Readonly<Record<string, string>>;
  ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
  ReturnValuesOnConditionCheckFailure?: string;
}>;

export const WRITE_KINDS = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

/** One write, ready to be tried: it reads nothing and changes nothing until it is. */
export type Write = Readonly<{
  tableName: string;
  key: Key;
  /** Whether the item that stands meets the condition. */
  isAllowed(before: Stored | undefined): boolean;
  /** The item afterwards; `undefined` when there is none. */
  after(before: Stored | undefined): Stored | undefined;
  returnsOld: boolean;
}>;

const KNOWN_INPUT = new Set([
  'TableName',
  'Item',
  'Key',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
]);

const NO_ITEM: Item = {};

export function compileWrite(kind: WriteKind, input: WriteInput): Write {
  refuseUnknown(input, KNOWN_INPUT);
  const bindings = bindingsOf(input);
  const condition =
    input.ConditionExpression === undefined ? undefined : compileCondition(input.ConditionExpression);
  const update = input.UpdateExpression === undefined ? undefined : compileUpdate(input.UpdateExpression);
  const used: Pick<Tokens, 'usedNames' | 'usedValues'>[] = [];
  if (condition !== undefined) used.push(condition);
  if (update !== undefined) used.push(update);
  refuseUnused(bindings, used);
  const key = readKey((kind === 'Put' ? input.Item : input.Key) ?? NO_ITEM);
  const common = {
    tableName: input.TableName ?? '',
    key,
    isAllowed: (before: Stored | undefined) =>
      condition === undefined || condition.test(before?.item ?? NO_ITEM, bindings),
    returnsOld: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
  switch (kind) {
    case 'Put': {
      const stored = new Stored(input.Item ?? NO_ITEM);
      return { ...common, after: () => stored };
    }
    case 'Delete':
      return { ...common, after: () => undefined };
    case 'ConditionCheck':
      if (condition === undefined) throw validationFailure('The ConditionExpression is missing');
      return { ...common, after: (before) => before };
    case 'Update': {
      const keyItem = { pk: { S: key.pk }, sk: { S: key.sk } };
      return {
        ...common,
        after: (before) => {
          const item = before?.item ?? keyItem;
          return new Stored(update === undefined ? item : applyUpdate(update, item, bindings));
        },
      };
    }
    default:
      return kind satisfies never;
  }
}

export function bindingsOf(
  input: Pick<WriteInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
): Bindings {
  return { names: input.ExpressionAttributeNames ?? {}, values: input.ExpressionAttributeValues ?? {} };
}

/** A parameter that the twin would pass over could change what the real store does: better to stop. */
export function refuseUnknown(input: object, known: ReadonlySet<string>): void {
  for (const name of Object.keys(input)) {
    if (!known.has(name)) throw new TwinGap(`the twin does not know the parameter ${name}`);
  }
}
