import { describe, expect, it } from 'vitest';
import { isEmailAddress } from '../../../shared/domain/emailAddress.ts';

const label = 'a'.repeat(63);

describe('isEmailAddress', () => {
  it.each([
    'dana@example.com',
    'd@e.co',
    'first.last+tag@mail.example.org',
    "o'brien@example.com",
    'dana@xn--bcher-kva.example',
    `${'a'.repeat(64)}@example.com`,
    `dana@${label}.com`,
    `a@${label}.${label}.${label}.${'a'.repeat(57)}.co`,
  ])('takes %s', (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  it.each([
    '',
    'dana',
    '@example.com',
    'dana@',
    'dana@example',
    'dana@example.',
    'dana@.com',
    'dana@-a.com',
    'dana@a-.com',
    'dana@127.0.0.1',
    '.dana@example.com',
    'dana.@example.com',
    'da..na@example.com',
    'da na@example.com',
    'dana@exa mple.com',
    'dana@example.com\n',
    'dana@example.com\r\nBcc: eve@example.com',
    'dana@example.com,eve@example.com',
    'Dana <dana@example.com>',
    'dána@example.com',
    'dana@bücher.example',
    `${'a'.repeat(65)}@example.com`,
    `dana@${label}a.com`,
    `a@${label}.${label}.${label}.${'a'.repeat(58)}.com`,
  ])('refuses %j', (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });
});
