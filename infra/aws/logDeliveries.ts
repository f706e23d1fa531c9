import { MAX_BATCH_CHARACTERS, MAX_BATCH_LINES, subscriptionEvent } from '../local/subscription.ts';
import type { GroupEvent } from './logPages.ts';

/**
 * Events of a log group as its subscription would deliver them: one stream each, with the ids they have
 * there. A line without a request id of its own thus is the same request, whichever way it comes.
 */
export function* logDeliveries(logGroup: string, events: readonly GroupEvent[]): Generator<unknown> {
  for (const [logStream, ofStream] of Map.groupBy(events, (event) => event.logStream)) {
    for (const logEvents of cutToBatches(ofStream))
      yield subscriptionEvent({ logGroup, logStream, logEvents });
  }
}

type Event = Readonly<{ id: string; timestamp: number; message: string }>;

function* cutToBatches(events: readonly GroupEvent[]): Generator<Event[]> {
  let batch: Event[] = [];
  let characters = 0;
  for (const { id, timestamp, message } of events) {
    batch.push({ id, timestamp, message });
    characters += message.length;
    if (batch.length < MAX_BATCH_LINES && characters < MAX_BATCH_CHARACTERS) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
