import { z } from 'zod';
import type { ItemKey } from './keys.ts';

/** One stream record: something changed under this key. What it is now is read from the table. */
export type Doorbell = Readonly<{ key: ItemKey; sequenceNumber: string }>;

const streamEvent = z.object({
  Records: z.array(
    z.object({
      dynamodb: z.object({
        Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
        SequenceNumber: z.string(),
      }),
    }),
  ),
});

/** Reads the keys off a DynamoDB stream event. Throws on any other event: that is a wrong deployment. */
export function readDoorbells(event: unknown): Doorbell[] {
  return streamEvent.parse(event).Records.map(({ dynamodb }) => ({
    key: { pk: dynamodb.Keys.pk.S, sk: dynamodb.Keys.sk.S },
    sequenceNumber: dynamodb.SequenceNumber,
  }));
}
