import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ArchiveError, type ArchiveObjects } from '../../shared/store/archiveObjects.ts';

/** Archive objects in memory, and what each holds as text. */
export type MemoryObjects = ArchiveObjects &
  Readonly<{ objects: Map<string, Buffer>; linesOf(objectKey: string): unknown[] }>;

export function memoryObjects(): MemoryObjects {
  const objects = new Map<string, Buffer>();
  return {
    objects,
    bucket: 'test-archive',
    async put(objectKey, { path }) {
      objects.set(objectKey, readFileSync(path));
    },
    async open({ objectKey }) {
      const body = objects.get(objectKey);
      if (body === undefined) throw new ArchiveError('missing', objectKey);
      return (async function* () {
        for (let start = 0; start < body.length; start += 100) yield body.subarray(start, start + 100);
      })();
    },
    linesOf(objectKey) {
      const text = gunzipSync(objects.get(objectKey) ?? Buffer.alloc(0)).toString();
      return text
        .split('\n')
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line));
    },
  };
}
