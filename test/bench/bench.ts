/**
 * `npm run bench` measures what docs/performance.md talks about and prints it as one table; with names
 * after `--` it measures these only. It exits with 1 when a target is missed, and with 2 for a wrong name.
 */
import '../../cli/quietLogs.ts';
import { alerts } from './alerts.ts';
import { decide } from './decide.ts';
import { decisions } from './decisions.ts';
import { decode } from './decode.ts';
import { type Figure, formatFigures, isMissed } from './figure.ts';
import { formats } from './formats.ts';
import { freshness } from './freshness.ts';
import { gateway } from './gateway.ts';
import { growth } from './growth.ts';
import { memory } from './memory.ts';
import { post } from './post.ts';
import { prices } from './prices.ts';
import { router } from './router.ts';
import { scale } from './scale.ts';
import { size } from './size.ts';
import { units } from './units.ts';
import { zip } from './zip.ts';

const BENCHMARKS = new Map<string, () => Promise<Figure[]>>([
  ['decode', decode],
  ['formats', formats],
  ['prices', prices],
  ['decide', decide],
  ['gateway', gateway],
  ['decisions', decisions],
  ['router', router],
  ['post', post],
  ['units', units],
  ['size', size],
  ['scale', scale],
  ['freshness', freshness],
  ['alerts', alerts],
  ['growth', growth],
  ['memory', memory],
  ['zip', zip],
]);

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !BENCHMARKS.has(name));
  if (unknown.length > 0) {
    process.stderr.write(
      `No benchmark ${unknown.join(', ')}: there are ${[...BENCHMARKS.keys()].join(', ')}.\n`,
    );
    return 2;
  }
  const figures: Figure[] = [];
  for (const [name, measure] of BENCHMARKS) {
    if (names.length > 0 && !names.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    figures.push(...(await measure()));
  }
  process.stdout.write(`${formatFigures(figures)}\n`);
  return figures.some(isMissed) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
