import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJsonBody } from '../../../shared/runtime/jsonBody.ts';

const schema = z.strictObject({ count: z.int().optional(), list: z.array(z.int()).optional() });
const MAX_BYTES = 100;

function eventOf(fields: object): object {
  return { requestContext: { authorizer: { jwt: { claims: {} } } }, ...fields };
}

function read(fields: object) {
  return readJsonBody(eventOf(fields), { schema, maxBytes: MAX_BYTES });
}

/** The problem of a body that is refused. */
function problemOf(fields: object) {
  const body = read(fields);
  if (body.kind === 'read') throw new Error('was read');
  return { status: body.answer.statusCode, ...JSON.parse(body.answer.body ?? '') };
}

describe('readJsonBody', () => {
  it('reads a body as text and as Base64', () => {
    const text = '{"count":7}';
    const base64 = Buffer.from(text).toString('base64');
    expect(read({ body: text })).toEqual({ kind: 'read', value: { count: 7 } });
    expect(read({ body: base64, isBase64Encoded: true })).toEqual({ kind: 'read', value: { count: 7 } });
  });

  it.each<[string, object, string]>([
    ['none', {}, 'The request has no body: send a JSON object.'],
    ['an empty one', { body: '' }, 'The request has no body: send a JSON object.'],
    ['no JSON', { body: '{"count":' }, 'The body is no JSON.'],
    ['no UTF-8', { body: '/w==', isBase64Encoded: true }, 'The body is no JSON.'],
    ['101 bytes', { body: `"${'x'.repeat(99)}"` }, 'The body is longer than 100 bytes.'],
    ['34 letters of 3 bytes', { body: '中'.repeat(34) }, 'The body is longer than 100 bytes.'],
  ])('refuses a body that is %s', (_what, fields, detail) => {
    expect(problemOf(fields)).toEqual({ type: 'about:blank', title: 'Bad Request', status: 400, detail });
  });

  it('takes a body of just the longest length', () => {
    expect(read({ body: `{"count":1}${' '.repeat(89)}` }).kind).toBe('read');
    expect(read({ body: `{"count":1}${' '.repeat(90)}` }).kind).toBe('refused');
  });

  it('points at each mistake', () => {
    const body = '{"list":[1,"2"],"a/b~c":1,"é":1}';
    expect(problemOf({ body })).toMatchObject({
      detail: 'The body has 3 mistakes; see errors.',
      errors: [
        { pointer: '#/list/1', detail: expect.stringContaining('expected number') },
        { pointer: '#/a~1b~0c', detail: 'is not known' },
        { pointer: '#/%C3%A9', detail: 'is not known' },
      ],
    });
  });

  it('points at the whole where the body is no object', () => {
    const { detail, errors } = problemOf({ body: '[]' });
    expect(detail).toBe('The body has 1 mistake; see errors.');
    expect(errors).toMatchObject([{ pointer: '#' }]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows no key %s', (key) => {
    expect(problemOf({ body: `{"${key}":1}` }).errors).toEqual([
      { pointer: `#/${key}`, detail: 'is not known' },
    ]);
  });

  it('shows 20 mistakes at most, and counts all', () => {
    const keys = Array.from({ length: 21 }, (_, index) => [`k${index}`, 1]);
    const body = JSON.stringify(Object.fromEntries(keys));
    const answer = readJsonBody(eventOf({ body }), { schema, maxBytes: 1_000 });
    if (answer.kind === 'read') throw new Error('was read');
    const problem = JSON.parse(answer.answer.body ?? '');
    expect(problem.detail).toBe('The body has 21 mistakes; see errors.');
    expect(problem.errors).toHaveLength(20);
  });

  it('shows no more than the beginning of a long key, cut between characters', () => {
    const long = JSON.stringify({ [`${'k'.repeat(63)}😀`]: 1 });
    expect(problemOf({ body: long }).errors).toEqual([
      { pointer: `#/${'k'.repeat(63)}${encodeURIComponent('\ufffd')}`, detail: 'is not known' },
    ]);
  });

  it('throws at an event that is no authorized request: that is a wrong deployment', () => {
    const options = { schema, maxBytes: MAX_BYTES };
    expect(() => readJsonBody({ body: '{}' }, options)).toThrow();
    expect(() => readJsonBody({ body: '{}', requestContext: {} }, options)).toThrow();
  });
});
