import { TABLES } from './environment.ts';
import { asWireRequest, operationOf } from './twin/requestHandler.ts';

/** Rewrites a call of the store on its way out, into one or several others. */
export type Mutation = <Output>(
  request: unknown,
  send: (request: unknown) => Promise<Output>,
) => Promise<Output>;

type Body = Record<string, unknown>;
type Action = Readonly<Record<string, Body>>;

/**
 * What the ledger would be without one of the things that make it sound. Each is done to the commands as they
 * leave the SDK, so the code stays as it is, and each must make the simulation fail.
 */
export const MUTATIONS = {
  /** A record is put whether or not it is there. */
  'no condition on a new record': eachAction((action) =>
    action.Put?.TableName === TABLES.recordsTable &&
    action.Put.ConditionExpression === 'attribute_not_exists(pk)'
      ? { Put: withoutCondition(action.Put) }
      : action,
  ),
  /** A revision replaces whatever revision it finds. */
  'no guard on a revision': eachAction((action) =>
    action.Put?.ConditionExpression === 'rev = :rev' ? { Put: withoutCondition(action.Put) } : action,
  ),
  /** A total is overwritten by an older one. */
  'no guard on a total': rewrite('PutItem', (body) =>
    String(body.ConditionExpression).includes('n < :n') ? withoutCondition(body) : body,
  ),
  /** Children are read without asking for consistency. */
  'eventual reads': async (request, send) => {
    if (operationOf(request) === 'Query') return send(changed(request, inconsistent));
    if (operationOf(request) !== 'BatchGetItem') return send(request);
    return send(
      changed(request, (body) => ({
        RequestItems: Object.fromEntries(
          Object.entries(asBody(body.RequestItems)).map(([table, keys]) => [
            table,
            inconsistent(asBody(keys)),
          ]),
        ),
      })),
    );
  },
  /** Postings do not look whether their day is sealed. */
  'no look at the seal': rewrite('TransactWriteItems', (body) => ({
    ...body,
    TransactItems: actionsOf(body).filter(({ ConditionCheck }) => ConditionCheck === undefined),
  })),
  /** A row of leases is written over whatever others wrote meanwhile. */
  'no guard on leases': rewrite('PutItem', (body) => (isOfLeases(body) ? withoutCondition(body) : body)),
  /** Whoever finds a delivery makes it, also while another is at it or after it was made. */
  'no claim on deliveries': rewrite('UpdateItem', (body) =>
    body.UpdateExpression === 'SET claimedAt = :now' && isOfWaiting(body) ? claimAnyway(body) : body,
  ),
  /** Ends and new times of deliveries are written over whatever others noted meanwhile. */
  'no guard on deliveries': eachAction((action) =>
    action.Put !== undefined && isOfWaiting(action.Put)
      ? { Put: withoutNames(withoutCondition(action.Put)) }
      : action,
  ),
  /** Records first, then their effect on the lines, in two transactions. */
  'record and line apart': async (request, send) => {
    if (operationOf(request) !== 'TransactWriteItems') return send(request);
    const TransactItems = actionsOf(JSON.parse(asWireRequest(request).body));
    const updates = TransactItems.filter(({ Update }) => Update !== undefined);
    const puts = TransactItems.filter(({ Update }) => Update === undefined);
    if (puts.length === 0 || updates.length === 0) return send(request);
    const part = (items: Action[], name: string) =>
      changed(request, (body) => ({
        TransactItems: items,
        ClientRequestToken: `${body.ClientRequestToken}`.slice(0, 30) + name,
      }));
    await send(part(puts, '-puts'));
    return send(part(updates, '-adds'));
  },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof MUTATIONS;

function rewrite(operation: string, change: (body: Body) => Body): Mutation {
  return (request, send) => send(operationOf(request) === operation ? changed(request, change) : request);
}

function eachAction(change: (action: Action) => Action): Mutation {
  return rewrite('TransactWriteItems', (body) => ({
    ...body,
    TransactItems: actionsOf(body).map(change),
  }));
}

function actionsOf({ TransactItems }: Body): Action[] {
  return Array.isArray(TransactItems) ? TransactItems : [];
}

/** The placeholders that only the condition used go with it; the store refuses those that nothing uses. */
function withoutCondition(write: Body): Body {
  const {
    ConditionExpression: _condition,
    ExpressionAttributeValues: _values,
    ReturnValuesOnConditionCheckFailure: _returns,
    ...rest
  } = write;
  return rest;
}

function inconsistent({ ConsistentRead: _consistent, ...rest }: Body): Body {
  return rest;
}

function changed(request: unknown, change: (body: Body) => Body): unknown {
  const wire = asWireRequest(request);
  return Object.assign(Object.create(Object.getPrototypeOf(request)), request, {
    body: JSON.stringify(change(JSON.parse(wire.body))),
  });
}

function isOfLeases({ Item }: Body): boolean {
  return Object.hasOwn(asBody(Item), 'leases');
}

function isOfWaiting({ ConditionExpression }: Body): boolean {
  return String(ConditionExpression).startsWith('#state = :waiting AND dueAt = :dueAt');
}

function claimAnyway(body: Body): Body {
  const values = asBody(body.ExpressionAttributeValues);
  return { ...withoutNames(withoutCondition(body)), ExpressionAttributeValues: { ':now': values[':now'] } };
}

function withoutNames({ ExpressionAttributeNames: _names, ...rest }: Body): Body {
  return rest;
}

function asBody(value: unknown): Body {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
