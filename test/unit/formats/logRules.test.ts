import { describe, expect, it } from 'vitest';
import { DEFAULT_PRECEDENCE } from '../../../shared/domain/sourcePrecedence.ts';
import { LOG_FORMATS } from '../../../shared/formats/decodeLine.ts';
import { LogRuleError, type LogRuleTexts, readLogRules } from '../../../shared/formats/logRules.ts';
import { apiRequest } from '../../fixtures/claudeCodeEvents.ts';
import { bedrockRecord, CONTEXT, decodeOne } from '../../fixtures/decoding.ts';
import { litellmPayload, plainLine } from '../../fixtures/gatewayRecords.ts';

function decodeIn(logGroup: string, texts: LogRuleTexts, line: unknown) {
  const formats = readLogRules(texts).formatsOf(logGroup);
  return decodeOne(typeof line === 'string' ? line : JSON.stringify(line), { ...CONTEXT, formats });
}

describe('without rules', () => {
  it('every line tells its format, and the one nearest to the bill is believed', () => {
    const { precedence, formatsOf } = readLogRules({});
    expect(precedence).toEqual(DEFAULT_PRECEDENCE);
    expect(formatsOf('/any')).toBe(LOG_FORMATS);
  });
});

describe('a source that is not counted', () => {
  const RULES = { uncountedSources: 'claude-code, /aws/kong,=plain-name' };

  it('has its lines ignored for that reason, wherever they are logged', () => {
    const ignored = { kind: 'ignored', reason: 'uncounted' };
    expect(decodeIn('/any', RULES, apiRequest())).toStrictEqual(ignored);
    expect(decodeIn('/any', RULES, apiRequest({ model: 7 }))).toStrictEqual(ignored);
    expect(decodeIn('/any', RULES, bedrockRecord())).toMatchObject({ kind: 'usage' });
  });

  it.each(['/aws/kong', 'plain-name'])('may be a log group, whatever is in it: %s', (logGroup) => {
    for (const line of [bedrockRecord(), 'no json', '']) {
      expect(decodeIn(logGroup, RULES, line)).toStrictEqual({ kind: 'ignored', reason: 'uncounted' });
    }
  });
});

describe('a log group with a format', () => {
  const RULES = { logGroupFormats: '/aws/kong=plain,/my/group=litellm' };

  it('has no other lines than of this format', () => {
    expect(decodeIn('/my/group', RULES, litellmPayload())).toMatchObject({ usage: { source: 'litellm' } });
    expect(decodeIn('/my/group', RULES, bedrockRecord())).toStrictEqual({
      kind: 'quarantined',
      reason: 'other_format',
      detail: 'not of the format litellm, which all of this log is said to have',
    });
    expect(decodeIn('/my/group', RULES, '{')).toMatchObject({ reason: 'not_json' });
    expect(decodeIn('/my/group', RULES, '')).toMatchObject({ reason: 'blank' });
  });

  it('changes nothing for others', () => {
    expect(decodeIn('/other', RULES, bedrockRecord())).toMatchObject({ usage: { source: 'bedrock' } });
    expect(decodeIn('/other', RULES, plainLine({ input_tokens: 1 }))).toMatchObject({ kind: 'usage' });
  });

  it('may hold a source that is not counted', () => {
    const rules = { ...RULES, uncountedSources: 'litellm' };
    expect(decodeIn('/my/group', rules, litellmPayload())).toMatchObject({ reason: 'uncounted' });
  });

  it.each(LOG_FORMATS.map(({ name }) => name))('may be of %s', (name) => {
    expect(readLogRules({ logGroupFormats: `/g=${name}` }).formatsOf('/g')).toMatchObject([{ name }]);
  });
});

describe('a rule that cannot be', () => {
  it.each<[string, LogRuleTexts, string]>([
    [
      'a misspelt format',
      { logGroupFormats: '/a=litelm' },
      '"litelm" is no log format; did you mean litellm?',
    ],
    [
      'a format by another name',
      { logGroupFormats: '/a=tollbook' },
      '"tollbook" is no log format; did you mean',
    ],
    [
      'no format at all',
      { logGroupFormats: '/a=xyzzyxyzzy' },
      'there are bedrock, tollbook.v1, claude-code,',
    ],
    ['a log group alone', { logGroupFormats: '/a' }, '"/a" is not of the form log group=format'],
    ['a format alone', { logGroupFormats: '=kong' }, 'not of the form'],
    ['two formats', { logGroupFormats: '/a=kong=litellm' }, 'not of the form'],
    ['a log group twice', { logGroupFormats: '/a=kong,/a=litellm' }, '"/a" is given a format twice'],
    [
      'a misspelt source',
      { uncountedSources: 'claude-cod' },
      'no source of usage; did you mean claude-code?',
    ],
    ['a misspelt precedence', { sourcePrecedence: 'bedrok' }, 'did you mean bedrock?'],
  ])('is refused with what was meant: %s', (_what, texts, message) => {
    expect(() => readLogRules(texts)).toThrow(LogRuleError);
    expect(() => readLogRules(texts)).toThrow(message);
  });
});
