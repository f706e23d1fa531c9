import type { DirectoryUser } from '../../shared/domain/placement.ts';
import { formatCount } from '../output/table.ts';

/** Says, on stderr, that requests which are recorded stay where they are until somebody moves them. */
export function tellOfMoves(waiting: readonly DirectoryUser[], file: string | undefined): void {
  if (waiting.length === 0) return;
  const who = waiting.length === 1 ? '1 person is' : `${formatCount(waiting.length)} people are`;
  process.stderr.write(
    `${who} placed elsewhere than before. What is recorded of them stays until it is moved: tollbook directory apply ${file ?? 'FILE'}\n`,
  );
}
