import { resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../../shared/runtime/environment.ts';

const COMPLETE = {
  USAGE_RECORDS_TABLE: 'records',
  USAGE_TOTALS_TABLE: 'totals',
  RECORD_RETENTION_DAYS: '90',
  LINE_RETENTION_DAYS: '400',
  ALERT_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:alerts',
  USER_CLAIM: 'email',
  ROLE_CLAIM: 'tollbook_role',
} as const;
type Name = keyof typeof COMPLETE;
const NAMES = [
  'USAGE_RECORDS_TABLE',
  'USAGE_TOTALS_TABLE',
  'RECORD_RETENTION_DAYS',
  'LINE_RETENTION_DAYS',
  'ALERT_TOPIC_ARN',
  'USER_CLAIM',
  'ROLE_CLAIM',
] as const satisfies Name[];

function setEnvironment(changes: Partial<Record<Name, string | undefined>> = {}): void {
  for (const [name, value] of Object.entries({ ...COMPLETE, ...changes })) vi.stubEnv(name, value);
}

/** The message of the error that reading throws. */
function complaint(...names: Name[]): string {
  try {
    readEnvironment(...names);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return 'nothing';
}

afterEach(() => vi.unstubAllEnvs());

describe('readEnvironment', () => {
  it('gives the named variables in their types, and no others', () => {
    setEnvironment();
    expect(readEnvironment('USAGE_TOTALS_TABLE', 'LINE_RETENTION_DAYS')).toStrictEqual({
      USAGE_TOTALS_TABLE: 'totals',
      LINE_RETENTION_DAYS: 400,
    });
  });

  it.each(NAMES)('names %s when it is missing', (name) => {
    setEnvironment({ [name]: undefined });
    expect(complaint(...NAMES)).toMatch(new RegExp(`^environment: ${name}: [^;]+$`));
  });

  it.each(NAMES)('names %s when it is empty', (name) => {
    setEnvironment({ [name]: '' });
    expect(complaint(...NAMES)).toMatch(new RegExp(`^environment: ${name}: [^;]+$`));
  });

  it('names all that are missing at once', () => {
    setEnvironment({ USER_CLAIM: undefined, USAGE_TOTALS_TABLE: undefined });
    expect(complaint('USAGE_TOTALS_TABLE', 'USER_CLAIM')).toMatch(/USAGE_TOTALS_TABLE: .+; USER_CLAIM: /);
  });

  it('asks nothing about a variable that the function does not need', () => {
    setEnvironment({ ALERT_TOPIC_ARN: undefined });
    expect(readEnvironment('USER_CLAIM')).toStrictEqual({ USER_CLAIM: 'email' });
  });

  it.each([
    ['0', false],
    ['1', true],
    ['3650', true],
    ['3651', false],
    ['-1', false],
    ['90.5', false],
    ['ninety', false],
    ['90 days', false],
  ])('a retention of %j days: accepted %s', (text, isAccepted) => {
    setEnvironment({ RECORD_RETENTION_DAYS: text });
    if (isAccepted) {
      expect(readEnvironment('RECORD_RETENTION_DAYS')).toStrictEqual({ RECORD_RETENTION_DAYS: Number(text) });
    } else {
      expect(complaint('RECORD_RETENTION_DAYS')).toMatch(/^environment: RECORD_RETENTION_DAYS: /);
    }
  });

  it('does not repeat a wrong value, which may be a secret in the wrong place', () => {
    setEnvironment({ ALERT_TOPIC_ARN: 'hunter2' });
    expect(complaint('ALERT_TOPIC_ARN')).toMatch(/^environment: ALERT_TOPIC_ARN: /);
    expect(complaint('ALERT_TOPIC_ARN')).not.toContain('hunter2');
  });

  it('throws an error with a code', () => {
    setEnvironment({ USER_CLAIM: undefined });
    expect(() => readEnvironment('USER_CLAIM')).toThrow(
      expect.objectContaining({ name: 'EnvironmentError', code: 'bad_environment' }),
    );
  });

  it.each([
    ['nothing', undefined, undefined, undefined],
    ['an empty text', '', undefined, undefined],
    [
      'a path within the package of the function',
      'prices/own.yaml',
      '/var/task',
      '/var/task/prices/own.yaml',
    ],
    ['a whole path', '/srv/own.yaml', '/var/task', '/srv/own.yaml'],
    ['a path within the current folder', 'own.yaml', undefined, resolve('own.yaml')],
  ])('finds the file of own prices: %s', (_what, PRICE_OVERLAY, taskRoot, file) => {
    vi.stubEnv('PRICE_OVERLAY', PRICE_OVERLAY);
    vi.stubEnv('LAMBDA_TASK_ROOT', taskRoot);
    expect(readEnvironment('PRICE_OVERLAY').PRICE_OVERLAY).toBe(file);
  });

  it.each([
    [undefined, false],
    ['false', false],
    ['true', true],
  ])('looks up inference profiles when it is told to: %s', (text, isOn) => {
    vi.stubEnv('RESOLVE_INFERENCE_PROFILES', text);
    expect(readEnvironment('RESOLVE_INFERENCE_PROFILES').RESOLVE_INFERENCE_PROFILES).toBe(isOn);
  });

  it('refuses a switch that is neither on nor off', () => {
    vi.stubEnv('RESOLVE_INFERENCE_PROFILES', 'perhaps');
    expect(() => readEnvironment('RESOLVE_INFERENCE_PROFILES')).toThrow('RESOLVE_INFERENCE_PROFILES: ');
  });
});
