import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { closeServer, listenLocally } from './topic.ts';

/** The bucket that the local stand-in answers for. */
export const LOCAL_ARCHIVE_BUCKET = 'tollbook-local-archive';

/** Below a ledger's data folder: the objects of the bucket, as files. */
const FOLDER = 'archive';

/** Parts of keys as Tollbook makes them; none leads out of the folder. */
const KEY = /^(?:[a-z0-9-][\w.-]*\/)*[a-z0-9-][\w.-]*$/;

export type ArchiveFolder = Readonly<{ endpoint: string; stop(): Promise<void> }>;

/**
 * Stands in for one bucket of S3: `PutObject` and `GetObject`, path style, over the SDK's real protocol. An
 * object is a file that appears as a whole, and only when its checksum is what the sender said.
 */
export async function startArchiveFolder(dataDir: string): Promise<ArchiveFolder> {
  const folder = join(dataDir, FOLDER);
  const server = createServer((request, response) => {
    answer(request, response, folder).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, folder: string): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://local');
  const [, bucket, ...parts] = decodeURIComponent(pathname).split('/');
  const key = parts.join('/');
  if (bucket !== LOCAL_ARCHIVE_BUCKET) return refuse(response, 404, 'NoSuchBucket');
  if (!KEY.test(key)) return refuse(response, 400, 'InvalidArgument');
  const path = join(folder, key);
  switch (request.method) {
    case 'PUT':
      return put(request, response, path);
    case 'GET':
      if (!existsSync(path)) return refuse(response, 404, 'NoSuchKey');
      response.writeHead(200, { 'content-type': 'application/gzip' });
      return pipeline(createReadStream(path), response);
    default:
      return refuse(response, 405, 'MethodNotAllowed');
  }
}

async function put(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}.part`;
  const hash = createHash('sha256');
  try {
    await pipeline(
      request,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(unfinished),
    );
    if (request.headers['x-amz-checksum-sha256'] !== hash.digest('base64')) {
      return refuse(response, 400, 'BadDigest');
    }
    renameSync(unfinished, path);
    response.writeHead(200).end();
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
