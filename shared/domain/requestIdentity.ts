import type { UsageSource } from './usage.ts';

/** A usage record's identity within its UTC day. */
export type RequestKey = Readonly<{ source: UsageSource; requestId: string; day: string }>;

/**
 * Where an id is unique. One that is unique in the world by its form means the same call in whichever log it
 * stands, so all sources share the space `call`; any other id is a matter of its source alone.
 */
export type IdSpace = 'call' | UsageSource;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

/** What stands where a program had no id to give. */
const EMPTY_UUIDS: ReadonlySet<string> = new Set([
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
]);

/** Ids of Anthropic's API have 24 random characters after their prefix, on some platforms more. */
const ANTHROPIC_ID = /^(?:req|msg)_[A-Za-z0-9_]{20,60}$/;

/** Text form of an identity; unique within a day, because ids hold no `#`. */
export function requestIdentity({ source, requestId }: Pick<RequestKey, 'source' | 'requestId'>): string {
  const id = canonicalRequestId(requestId);
  return `${idSpace(source, id)}#${id}`;
}

/** The same UUID is written in capitals by some and in small letters by most. */
export function canonicalRequestId(requestId: string): string {
  return isUuid(requestId) ? requestId.toLowerCase() : requestId;
}

function idSpace(source: UsageSource, id: string): IdSpace {
  const isUnique = isUuid(id) ? !EMPTY_UUIDS.has(id) : ANTHROPIC_ID.test(id);
  return isUnique ? 'call' : source;
}

function isUuid(id: string): boolean {
  return id.length === UUID_LENGTH && UUID.test(id);
}

/** Reads the space and the id back from the text form. */
export function parseIdentity(identity: string): { space: string; id: string } {
  const [space = '', id = ''] = identity.split('#');
  return { space, id };
}
