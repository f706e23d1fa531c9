import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifierProblem } from '../../../shared/domain/identifier.ts';
import {
  canonicalRequestId,
  parseIdentity,
  requestIdentity,
} from '../../../shared/domain/requestIdentity.ts';
import { USAGE_SOURCES } from '../../../shared/domain/usage.ts';

const UUID = 'c81f5b2a-64de-4c07-b93f-51a0e6d7f348';

describe('an id that is unique in the world by its form', () => {
  it.each([
    ['a UUID', UUID],
    ['a request id of Anthropic’s API', 'req_011CfpSK96NthX9vPNsW9X2b'],
    ['a message id of Anthropic’s API', 'msg_01XFDUDYJgAACzvnptvVoYEL'],
    ['a message id of Claude on Bedrock', 'msg_bdrk_01XFDUDYJgAACzvnptvVoYEL'],
    ['20 characters after the prefix', `req_${'x'.repeat(20)}`],
    ['60 characters after the prefix', `req_${'x'.repeat(60)}`],
  ])('is one request in all logs: %s', (_what, requestId) => {
    const identities = USAGE_SOURCES.map((source) => requestIdentity({ source, requestId }));
    expect(new Set(identities)).toEqual(new Set([`call#${requestId}`]));
  });

  it('is one request however its UUID is written', () => {
    const capitals = { source: 'bedrock', requestId: UUID.toUpperCase() } as const;
    expect(requestIdentity(capitals)).toBe(`call#${UUID}`);
    expect(canonicalRequestId(UUID.toUpperCase())).toBe(UUID);
    expect(canonicalRequestId('req_Own')).toBe('req_Own');
  });
});

describe('any other id', () => {
  it.each([
    ['a number', '1'],
    ['a short id of a program’s own', 'req_1'],
    ['19 characters after the prefix', `req_${'x'.repeat(19)}`],
    ['61 characters after the prefix', `req_${'x'.repeat(61)}`],
    ['another prefix', 'run_011CfpSK96NthX9vPNsW9X2b'],
    ['a UUID with something before it', `chatcmpl-${UUID}`],
    ['a UUID that lacks a digit', UUID.slice(1)],
    ['a UUID with a letter too far', `g${UUID.slice(1)}`],
    ['a UUID without dashes', UUID.replaceAll('-', '')],
    ['the UUID of nobody', '00000000-0000-0000-0000-000000000000'],
    ['the last UUID', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  ])('is a request of its source alone: %s', (_what, requestId) => {
    const identities = new Set(USAGE_SOURCES.map((source) => requestIdentity({ source, requestId })));
    expect(identities.size).toBe(USAGE_SOURCES.length);
    expect([...identities].some((identity) => identity.startsWith('call#'))).toBe(false);
  });

  it('shares an identity with no other id of its source', () => {
    const id = fc
      .oneof(fc.string({ minLength: 1 }), fc.uuid(), fc.constantFrom('call', 'bedrock'))
      .filter((text) => identifierProblem(text) === undefined);
    fc.assert(
      fc.property(fc.constantFrom(...USAGE_SOURCES), id, id, (source, a, b) => {
        const isSame =
          requestIdentity({ source, requestId: a }) === requestIdentity({ source, requestId: b });
        expect(isSame).toBe(canonicalRequestId(a) === canonicalRequestId(b));
        expect(parseIdentity(requestIdentity({ source, requestId: a })).id).toBe(canonicalRequestId(a));
      }),
    );
  });
});
