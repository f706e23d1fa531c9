import type { ItemKey } from '../../shared/store/keys.ts';

/** A stream event that rings for these keys; the sequence numbers are 1, 2, 3 … */
export function ring(keys: readonly ItemKey[]) {
  return {
    Records: keys.map(({ pk, sk }, index) => ({
      eventName: 'MODIFY',
      dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: String(index + 1) },
    })),
  };
}
