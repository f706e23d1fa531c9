import { serveStandIn } from './serve.ts';

export type S3StandIn = {
  url: string;
  /** Keys in the order in which they were read. */
  reads: string[];
  onRead: (count: number) => void;
};

/** Stands in for one bucket of S3, path style: `ListObjectsV2` in pages of two keys, and `GetObject`. */
export async function startS3(bucket: string, objects: Readonly<Record<string, Buffer>>): Promise<S3StandIn> {
  const keys = Object.keys(objects).sort();
  const url = await serveStandIn(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const [, asked = '', ...rest] = pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    if (asked !== bucket)
      return sendXml(404, errorXml('NoSuchBucket', 'The specified bucket does not exist'));
    if (key === '') return sendXml(200, listXml(keys, searchParams));
    const body = objects[key];
    if (body === undefined) return sendXml(404, errorXml('NoSuchKey', 'The specified key does not exist.'));
    standIn.reads.push(key);
    standIn.onRead(standIn.reads.length);
    response.writeHead(200, { 'content-length': body.length, 'content-type': 'application/octet-stream' });
    response.end(body);

    function sendXml(status: number, xml: string): void {
      response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    }
  });
  const standIn: S3StandIn = { url, reads: [], onRead: () => {} };
  return standIn;

  function listXml(all: readonly string[], query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const found = all.filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after);
    const page = found.slice(0, 2);
    const contents = page.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-11-18T12:00:00.000Z</LastModified><ETag>"e"</ETag><Size>${objects[key]?.length ?? 0}</Size></Contents>`,
    );
    const isLast = page.length === found.length;
    const next = isLast ? '' : `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>`;
    return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${!isLast}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
  }
}

function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}
