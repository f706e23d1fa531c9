import type { Item } from './attributes.ts';

/** Something that the real DynamoDB may know and the twin does not: the simulation is wrong, not the ledger. */
export class TwinGap extends Error {
  readonly code = 'twin_gap';

  constructor(message: string) {
    super(message);
    this.name = 'TwinGap';
  }
}

/** Why one action of a transaction stood in its way; `None` for one that did not. */
export type CancellationReason = Readonly<{ Code: string; Message?: string; Item?: Item }>;

/** An error as DynamoDB answers it: an HTTP status, a type, and what the type brings with it. */
export class TwinFailure extends Error {
  readonly code = 'twin_failure';
  readonly status: number;
  readonly type: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    type: string,
    message: string,
    { status = 400, extra = {} }: { status?: number; extra?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = 'TwinFailure';
    this.type = type;
    this.status = status;
    this.extra = extra;
  }
}

export function validationFailure(message: string): TwinFailure {
  return new TwinFailure('ValidationException', message);
}

export function conditionFailure(found: Item | undefined): TwinFailure {
  const extra = found === undefined ? {} : { Item: found };
  return new TwinFailure('ConditionalCheckFailedException', 'The conditional request failed', { extra });
}

export function cancelledTransaction(reasons: readonly CancellationReason[]): TwinFailure {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new TwinFailure('TransactionCanceledException', message, {
    extra: { CancellationReasons: reasons },
  });
}

/** The body of an error answer. */
export function failureBody({ type, message, extra }: TwinFailure): string {
  return JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...extra });
}
