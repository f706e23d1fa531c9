import { describe, expect, it } from 'vitest';
import { jsonAnswer, problemAnswer } from '../../../shared/runtime/httpAnswer.ts';

describe('jsonAnswer', () => {
  it('is JSON that no cache may keep', () => {
    expect(jsonAnswer(200, { costUsd: '0.10', models: [] })).toStrictEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' },
      body: '{"costUsd":"0.10","models":[]}',
    });
  });
});

describe('problemAnswer', () => {
  it.each([
    [400, 'Bad Request'],
    [403, 'Forbidden'],
    [418, 'Error'],
  ])('%i is problem details of RFC 9457 with the title %s', (status, title) => {
    const answer = problemAnswer(status, 'Give the day.');
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'private, no-store' },
    });
    expect(JSON.parse(answer.body ?? '')).toStrictEqual({
      type: 'about:blank',
      title,
      status,
      detail: 'Give the day.',
    });
  });
});
