import { readFileSync } from 'node:fs';
import { findingText } from '../../../../shared/formats/policy/notes.ts';
import { type ReadPolicy, readPolicy } from '../../../../shared/formats/policy/readPolicy.ts';

/** What a text is read as; a refusal fails the test with its mistakes. */
export function readSound(text: string): Extract<ReadPolicy, { kind: 'read' }> {
  const result = readPolicy(text, 'p.yaml');
  if (result.kind === 'refused') throw new Error(result.mistakes.map(findingText).join('\n'));
  return result;
}

export function mistakesOf(text: string): string[] {
  const result = readPolicy(text, 'p.yaml');
  return result.kind === 'refused' ? result.mistakes.map(findingText) : [];
}

export function warningsOf(text: string): string[] {
  return readPolicy(text, 'p.yaml').warnings.map(findingText);
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/policies/${name}`, import.meta.url), 'utf8');
}
