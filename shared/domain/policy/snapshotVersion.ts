/**
 * What a snapshot was made of, in its version, so that no server has to remember which gateway has what: number
 * of the first policy that decides so, time in milliseconds since 1970, digests of the directory and of the
 * increases.
 */
export type SnapshotVersion = Readonly<{
  policyNumber: number;
  takenAtMs: number;
  persons: string;
  increases: string;
}>;

const VERSION = /^(\d{1,8})\.(\d{1,15})\.([0-9a-f]{1,64})\.([0-9a-f]{1,64})$/;

export function formatVersion({ policyNumber, takenAtMs, persons, increases }: SnapshotVersion): string {
  return [policyNumber, takenAtMs, persons, increases].join('.');
}

/** `undefined` for any other text. */
export function parseVersion(text: string): SnapshotVersion | undefined {
  const [, policyNumber, takenAtMs, persons = '', increases = ''] = VERSION.exec(text) ?? [];
  if (policyNumber === undefined || takenAtMs === undefined) return undefined;
  return { policyNumber: Number(policyNumber), takenAtMs: Number(takenAtMs), persons, increases };
}
