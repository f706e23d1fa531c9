import { FORMAT_LINES, FORMAT_NAMES } from '../fixtures/formatLines.ts';
import { changeAt, changeTexts } from '../fixtures/mutate.ts';
import { measureDecoding } from './decode.ts';
import type { Figure } from './figure.ts';

const LINES_OF_A_FORMAT = 20_000;

/** Where gateways that log prompts and answers unless told otherwise put the prompt. */
const PROMPT_PLACES: Readonly<Record<string, readonly string[]>> = {
  bedrock: ['input', 'inputBodyJson'],
  litellm: ['messages'],
  portkey: ['request'],
};

/** A prompt of some 11,000 tokens, as in the record of Claude Code that Kong shows; a token has about four characters. */
const PROMPT_PARTS = 110;
const PROMPT_PART = `${'const total = lines.reduce((sum, line) => sum + line.cost, 0n);\n'.repeat(6)}"quoted"\n`;

/**
 * Decoding and pricing against `JSON.parse`, for lines of each format alone and for files of them all, line by
 * line another: one of bare lines, and one in which prompts stand where gateways log them by default. A bare
 * line is parsed in about the time that decoding and pricing it takes on top, which is the harder case.
 */
export async function formats(): Promise<Figure[]> {
  const lines = new Map(FORMAT_NAMES.map((format) => [format, linesOf(format, false)]));
  const withPrompts = FORMAT_NAMES.map((format) => linesOf(format, true));
  return [
    ...figuresOf('all formats mixed, with prompts', mixed(withPrompts), { atLeast: 0.7 }),
    ...figuresOf('all formats mixed, bare', mixed([...lines.values()]), { atLeast: 0.3 }),
    ...[...lines].flatMap(([format, ofFormat]) => figuresOf(format, ofFormat)),
  ];
}

function figuresOf(what: string, lines: readonly string[], target?: { atLeast: number }): Figure[] {
  const { ratio, perSecond } = measureDecoding(lines);
  const speed = { benchmark: 'formats', name: `${what}: speed / of JSON.parse`, value: ratio, digits: 2 };
  return [
    target === undefined ? speed : { ...speed, target },
    { benchmark: 'formats', name: `${what}: lines decoded and priced`, value: perSecond, unit: '/s' },
  ];
}

function mixed(formatLines: readonly (readonly string[])[]): string[] {
  const indexes = Array.from({ length: Math.min(...formatLines.map(({ length }) => length)) }, (_, i) => i);
  return indexes.flatMap((index) => formatLines.map((lines) => lines[index] ?? ''));
}

/** The format's records over and over, each with ids of its own. Lines with prompts are long, so there are fewer. */
function linesOf(format: string, hasPrompts: boolean): string[] {
  const records = FORMAT_LINES[format] ?? [];
  const place = hasPrompts ? PROMPT_PLACES[format] : undefined;
  const prompt = Array(PROMPT_PARTS).fill({ role: 'user', content: PROMPT_PART });
  return Array.from({ length: hasPrompts ? LINES_OF_A_FORMAT / 10 : LINES_OF_A_FORMAT }, (_, index) => {
    const record = records[index % records.length];
    const own = changeTexts(record, (text) => (ID.test(text) ? `${text}${index}` : text));
    return JSON.stringify(place === undefined ? own : changeAt(own, place, () => prompt));
  });
}

/** The ids of the fixtures end in a number, as times and models do not. */
const ID = /^[a-z_]+-\d$/;
