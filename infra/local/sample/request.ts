import type { Tokens } from '../../../shared/domain/tokens.ts';
import type { CalledModel } from './models.ts';
import type { Person } from './people.ts';

export type Operation = 'Converse' | 'ConverseStream' | 'InvokeModel' | 'InvokeModelWithResponseStream';

/** One request of the sample company: everything that its log line tells. */
export type SampleRequest = Readonly<{
  requestId: string;
  /** Time in the log line, milliseconds since 1970. */
  atMs: number;
  person: Person;
  project: string;
  entrypoint: string;
  model: CalledModel;
  operation: Operation;
  tokens: Tokens;
  outcome: 'ok' | 'throttled' | 'error' | 'blocked';
  /** Where the prompt and the answer are: in the line, in S3, or nowhere (text delivery is off). */
  body: 'inline' | 's3' | 'off';
  /** True for the first record of a pair, written while the answer was still coming. */
  isPartial: boolean;
  /** A whole number that picks texts, key order and optional fields of the line. */
  variant: number;
}>;
