import { parseArgs } from 'node:util';
import { logger } from '../../shared/runtime/handler.ts';
import { type SimulationOptions, simulate } from './simulate.ts';
import { simulateTwice } from './twice.ts';
import { verdictText } from './verdict.ts';

/** `npm run sim -- --seed N --events N --fault-rate P`: prints a verdict, and exits 1 when a promise was broken. */

const USAGE = `npm run sim -- [options]
  --seed N             what is logged, and what goes wrong (default: a new one)
  --fault-seed N       what goes wrong, with the same events (default 1)
  --events N           requests in all (default 1000)
  --fault-rate P       share of calls to the store that meet a fault (default 0.05)
  --duplicate-rate P   share of deliveries that come once more (default 0.1)
  --revision-rate P    share of requests that are logged again with other contents (default 0.02)
  --twice              run the same events again under other faults and compare the books`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    'fault-seed': { type: 'string' },
    events: { type: 'string' },
    'fault-rate': { type: 'string' },
    'duplicate-rate': { type: 'string' },
    'revision-rate': { type: 'string' },
    twice: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

function wholeNumber(name: 'seed' | 'fault-seed' | 'events', otherwise: number): number {
  const text = values[name];
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new TypeError(`--${name} is no whole number above 0: ${text}`);
  return value;
}

function share(name: 'fault-rate' | 'duplicate-rate' | 'revision-rate', otherwise: number): number {
  const text = values[name];
  const value = text === undefined ? otherwise : Number(text);
  if (!(value >= 0 && value < 1)) throw new TypeError(`--${name} is no share from 0 to below 1: ${text}`);
  return value;
}

const NEW_SEEDS = 1_000_000;

function readOptions(): SimulationOptions {
  return {
    seed: wholeNumber('seed', 1 + Math.floor(Math.random() * NEW_SEEDS)),
    faultSeed: wholeNumber('fault-seed', 1),
    events: wholeNumber('events', 1_000),
    faultRate: share('fault-rate', 0.05),
    duplicateRate: share('duplicate-rate', 0.1),
    revisionRate: share('revision-rate', 0.02),
  };
}

async function run(): Promise<void> {
  const options = readOptions();
  process.stdout.write(`seed ${options.seed}\n`);
  const startedMs = performance.now();
  const outcome = await (values.twice === true ? simulateTwice(options) : simulate(options));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${verdictText(options, outcome)}${seconds} s\n`);
  if (outcome.violations.length > 0) process.exitCode = 1;
}

// The functions warn of every fault that they meet; here that is what happens all the time.
logger.setLogLevel('SILENT');
if (values.help === true) process.stdout.write(`${USAGE}\n`);
else await run();
