import { identifierProblem } from '../../domain/identifier.ts';
import type { Notes, Path } from './notes.ts';

/** An id that was put together of others may be too long to be a key. */
export function checkName(name: string, path: Path, notes: Notes): void {
  const problem = identifierProblem(name);
  if (problem === undefined) return;
  notes.mistake(path, `the id of this rule would be ${name}, which ${problem}; give it an id`);
}

/** The id of a scope, written as a key; `*` stands for each of them elsewhere, so none is called that. */
export function checkScopeId(id: string, path: Path, notes: Notes): void {
  const problem = id === '*' ? 'stands for each, and here one must be named' : identifierProblem(id);
  if (problem !== undefined) notes.mistake(path, `${JSON.stringify(id)} ${problem}`, 'key');
}
