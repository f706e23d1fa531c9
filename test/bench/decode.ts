import { decodeLine } from '../../shared/formats/decodeLine.ts';
import { logEventId } from '../../shared/formats/envelope.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../shared/pricing/priceRecord.ts';
import { BENCH_NOW, benchCompany, manyLines } from './company.ts';
import type { Figure } from './figure.ts';
import { median } from './statistics.ts';

const LINES = 200_000;
const LINES_PER_TURN = 5_000;
const WARM_UP_ROUNDS = 1;
const ROUNDS = 9;

type Times = Readonly<{ oursMs: number; bareMs: number }>;

/**
 * Decoding, checking and pricing a line, with the functions that ingest uses, against `JSON.parse` of the
 * same line and nothing else. The two take turns every few thousand lines, so that a busy machine and the
 * collector slow both.
 */
export async function decode(): Promise<Figure[]> {
  const { ratio, perSecond, barePerSecond } = measureDecoding([...manyLines(benchCompany(), LINES)]);
  return [
    {
      benchmark: 'decode',
      name: 'speed of decode + validate + price / of JSON.parse',
      value: ratio,
      digits: 2,
      target: { atLeast: 0.6 },
    },
    {
      benchmark: 'decode',
      name: 'lines decoded, validated and priced',
      value: perSecond,
      unit: '/s',
    },
    {
      benchmark: 'decode',
      name: 'lines through JSON.parse alone',
      value: barePerSecond,
      unit: '/s',
    },
  ];
}

/** The speed of decoding and pricing these lines, in lines a second and against `JSON.parse` of them alone. */
export function measureDecoding(lines: readonly string[]) {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) timeRound(lines);
  const rounds = Array.from({ length: ROUNDS }, () => timeRound(lines));
  const perSecond = (ms: number) => (lines.length * 1_000) / ms;
  return {
    ratio: median(rounds.map(({ oursMs, bareMs }) => bareMs / oursMs)),
    perSecond: median(rounds.map(({ oursMs }) => perSecond(oursMs))),
    barePerSecond: median(rounds.map(({ bareMs }) => perSecond(bareMs))),
  };
}

function timeRound(lines: readonly string[]): Times {
  let oursMs = 0;
  let bareMs = 0;
  for (let from = 0; from < lines.length; from += LINES_PER_TURN) {
    const turn = lines.slice(from, from + LINES_PER_TURN);
    const isOursFirst = (from / LINES_PER_TURN) % 2 === 0;
    if (isOursFirst) oursMs += timed(() => decodeAll(turn));
    bareMs += timed(() => parseAll(turn));
    if (!isOursFirst) oursMs += timed(() => decodeAll(turn));
  }
  return { oursMs, bareMs };
}

/** Uses what it computes, so that none of it can be optimised away. */
function decodeAll(lines: readonly string[]): bigint {
  const book = bundledPriceBook();
  let outputPicoUsd = 0n;
  for (const line of lines) {
    const eventId = () => logEventId('bench', 'bench', line);
    for (const decoded of decodeLine(line, { now: BENCH_NOW, eventId })) {
      if (decoded.kind === 'usage') outputPicoUsd += priceRecord(book, decoded.usage).costPicoUsd.output;
    }
  }
  return outputPicoUsd;
}

function parseAll(lines: readonly string[]): number {
  let objects = 0;
  for (const line of lines) {
    try {
      if (typeof JSON.parse(line) === 'object') objects += 1;
    } catch {
      // The sample has lines that are no JSON; both loops meet them.
    }
  }
  return objects;
}

function timed(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
