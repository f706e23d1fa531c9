import { readFileSync } from 'node:fs';
import { LocalError } from '../../infra/local/localError.ts';
import { findingText } from '../../shared/formats/policy/notes.ts';
import { type ReadPolicy, readPolicy } from '../../shared/formats/policy/readPolicy.ts';

/** A policy that was read from a file, with the file's text. */
export type PolicyFile = Extract<ReadPolicy, { kind: 'read' }> & Readonly<{ file: string; text: string }>;

/** Reads a policy; all its mistakes are told at once, each with its place. Warnings go to stderr. */
export function readPolicyFile(file: string): PolicyFile {
  const text = readText(file);
  const read = readPolicy(text, file);
  for (const warning of read.warnings) process.stderr.write(`warning: ${findingText(warning)}\n`);
  if (read.kind === 'refused') throw new LocalError('config', read.mistakes.map(findingText).join('\n'));
  return { ...read, file, text };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LocalError('file', `${file}: no such file, or it cannot be read`, { cause });
  }
}
