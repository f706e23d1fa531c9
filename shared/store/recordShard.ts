/**
 * Records of one day spread over this many partitions by a hash of their identity. An identity is thus
 * unique within its day whoever it belongs to, one key finds it, and no partition runs hot.
 */
export const RECORD_SHARDS = 16;

/** FNV-1a over UTF-16 units: stable, cheap and spread evenly enough for partitions. */
export function shardOf(identity: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < identity.length; index += 1) {
    hash = Math.imul(hash ^ identity.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % RECORD_SHARDS;
}
