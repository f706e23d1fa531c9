import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plural, spanWords, timeWords, usdWords } from '../../../../shared/domain/alerts/alertWords.ts';
import { ackCommand } from '../../../../shared/notify/ackCommand.ts';
import { cleanLine, cutTo } from '../../../../shared/notify/plainText.ts';
import { slackMrkdwn, slackPlain } from '../../../../shared/notify/slackText.ts';
import { textBar } from '../../../../shared/notify/textBar.ts';
import { columnsOf, wrapText } from '../../../../shared/notify/wrapText.ts';

const HOUR_MS = 3_600_000;

describe('usdWords', () => {
  it.each([
    [0n, '$0.00'],
    [10_000_000_000n, '$0.01'],
    [9_999_999_999n, '$0.0100'],
    [23_104_800_000n, '$0.0231'],
    [500_000_000_000n, '$0.50'],
    [999_999_999_999n, '$1.0000'],
    [1_000_000_000_000n, '$1.00'],
    [1_234_567_890_123_456n, '$1,234.57'],
    [-23_104_800_000n, '-$0.0231'],
  ])('%i pico-USD are %s', (picoUsd, text) => {
    expect(usdWords(picoUsd)).toBe(text);
  });
});

describe('spans and times', () => {
  it.each([
    [-1, '0 minutes'],
    [60_000, '1 minute'],
    [HOUR_MS - 1, '59 minutes'],
    [HOUR_MS, '1 hour'],
    [24 * HOUR_MS - 1, '23 hours'],
    [24 * HOUR_MS, '1 day'],
    [48 * HOUR_MS - 1, '1 day'],
    [48 * HOUR_MS, '2 days'],
  ])('%i ms are %s', (spanMs, text) => {
    expect(spanWords(spanMs)).toBe(text);
  });

  it.each([
    ['UTC', '2026-12-31T23:59:59.999Z', 'Thu 31 Dec 23:59 UTC'],
    ['UTC', '2027-01-01T00:00:00.000Z', 'Fri 1 Jan 2027 00:00 UTC'],
    ['Europe/Berlin', '2026-12-31T23:00:00.000Z', 'Fri 1 Jan 2027 00:00 Europe/Berlin'],
    ['Asia/Kolkata', '2026-11-26T14:00:00.000Z', 'Thu 26 Nov 19:30 Asia/Kolkata'],
  ])('on the clocks of %s, %s is %s', (timeZone, at, text) => {
    expect(timeWords(timeZone, Date.parse(at), Date.parse('2026-11-22T12:00:00Z'))).toBe(text);
  });

  it('counts in good English', () => {
    expect([0, 1, 2, 12_345n].map((count) => plural(count, 'day'))).toEqual([
      '0 days',
      '1 day',
      '2 days',
      '12,345 days',
    ]);
  });
});

describe('cleanLine', () => {
  it.each([
    ['a\r\nb\tc\u00a0 d', 'a b c d'],
    ['\u0000\u001b[31m', '��[31m'],
    ['\u202eevil\u2066', '�evil�'],
    ['so\u00adft\u200b\ufeff', 'so�ft��'],
    ['\ud83d!', '�!'],
    ['👨\u200d👩', '👨\u200d👩'],
    ['Jürgen 株式会社', 'Jürgen 株式会社'],
  ])('makes %j harmless', (text, harmless) => {
    expect(cleanLine(text)).toBe(harmless);
  });
});

describe('cutTo', () => {
  it.each([
    ['abcd', 5, 'abcd'],
    ['abcde', 5, 'abcde'],
    ['abcdef', 5, 'abcd…'],
    ['abc💸', 5, 'abc💸'],
    ['abc💸d', 5, 'abc…'],
  ])('%j in %i', (text, max, cut) => {
    expect(cutTo(text, max)).toBe(cut);
  });

  it('cuts no escape in two', () => {
    expect(['<<', '<<<', '<<<<'].map((text) => slackPlain(text, 10))).toEqual([
      '&lt;&lt;',
      '&lt;&lt;…',
      '&lt;&lt;…',
    ]);
  });
});

describe('names in Slack', () => {
  it.each([
    ['data_science', 'data_science'],
    ['_x_', '＿x＿'],
    ['a_ _b', 'a＿ ＿b'],
    ['*a* ~b~ `c`', '∗a∗ ∼b∼ ˋcˋ'],
    ['<!here> & <@U1>', '&lt;!here&gt; &amp; &lt;@U1&gt;'],
    ['@channel @Here (@everyone)', '＠channel ＠Here (＠everyone)'],
    ['dana@example.com', 'dana@example.com'],
    ['dana@hereford.example', 'dana@hereford.example'],
    ['_a_b_@here', '＿a_b＿＠here'],
  ])('%j is shown as %j', (name, shown) => {
    expect(slackMrkdwn(name, 200)).toBe(shown);
  });

  it('keep what formats nothing where nothing is formatted', () => {
    expect(slackPlain('*a* _b_ @here', 200)).toBe('*a* _b_ ＠here');
  });
});

describe('textBar', () => {
  it.each([
    [-5, 0],
    [4, 0],
    [5, 1],
    [82, 16],
    [99, 19],
    [100, 20],
    [1_000, 20],
  ])('%i%% fill %i of 20 characters', (percent, filled) => {
    expect(textBar(percent)).toBe('█'.repeat(filled) + '░'.repeat(20 - filled));
  });
});

describe('wrapText', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['株式会社', 5, ['株式', '会社']],
    ['', 5, ['']],
  ])('%j in %i columns', (text, columns, lines) => {
    expect(wrapText(text, columns)).toEqual(lines);
  });

  it('loses nothing but spaces, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, columns) => {
        const lines = wrapText(text, columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('ackCommand', () => {
  it.each([
    ['a:b-1', ['tollbook alerts ack a:b-1']],
    ["my team's $(id)", ["tollbook alerts ack my\\ team\\'s\\ \\$\\(id\\)"]],
    ['x'.repeat(56), [`tollbook alerts ack ${'x'.repeat(56)}`]],
    ['x'.repeat(57), ['tollbook alerts ack \\', 'x'.repeat(57)]],
    ['x'.repeat(80), ['tollbook alerts ack \\', `${'x'.repeat(75)}\\`, 'xxxxx']],
  ])('for %j can be pasted', (id, lines) => {
    expect(ackCommand(id, 76)).toEqual(lines);
  });
});
