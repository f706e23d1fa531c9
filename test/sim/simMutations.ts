import { logger } from '../../shared/runtime/handler.ts';
import { detect, MUTATION_NAMES } from './mutationCheck.ts';

/** `npm run sim:mutations`: takes away one guard of the ledger after the other, and expects the simulation to fail. */

logger.setLogLevel('SILENT');
const nameWidth = Math.max(...MUTATION_NAMES.map((name) => name.length));
for (const mutation of MUTATION_NAMES) {
  const found = await detect(mutation);
  const what =
    found === undefined ? 'NOT NOTICED' : `seed ${found.seed}: ${found.invariant}: ${found.detail}`;
  process.stdout.write(`${mutation.padEnd(nameWidth)}  ${what}\n`);
  if (found === undefined) process.exitCode = 1;
}
