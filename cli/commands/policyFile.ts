import { readFileSync } from 'node:fs';
import { LocalError } from '../../infra/local/localError.ts';
import type { Person } from '../../shared/domain/policy/decision.ts';
import { type Finding, findingText } from '../../shared/formats/policy/notes.ts';
import { type ReadPolicy, readPolicy } from '../../shared/formats/policy/readPolicy.ts';

/** A policy that was read from a file, with the file's text. */
export type PolicyFile = Extract<CheckedPolicyFile, { kind: 'read' }>;

type CheckedPolicyFile = ReadPolicy & Readonly<{ file: string; text: string }>;

const STDIN = '-';

/** Reads a policy, `-` being standard input; all its mistakes are told at once, each with its place. Warnings go to stderr. */
export function readPolicyFile(file: string): PolicyFile {
  const read = checkPolicyFile(file);
  for (const warning of read.warnings) process.stderr.write(`warning: ${findingText(warning)}\n`);
  if (read.kind === 'refused') throw new LocalError('config', read.mistakes.map(findingText).join('\n'));
  return read;
}

/** The same without a word: a policy, or what is wrong with it. */
export function checkPolicyFile(file: string): CheckedPolicyFile {
  const isStdin = file === STDIN;
  const name = isStdin ? 'standard input' : file;
  const text = readText(isStdin ? process.stdin.fd : file, name);
  return { ...readPolicy(text, isStdin ? 'stdin' : file), file: name, text };
}

/** Warns of what only shows with the people whom the ledger knows, as far as the file alone did not show it. */
export function warnWithPersons({ file, text, warnings }: PolicyFile, persons: readonly Person[]): void {
  const placeOf = ({ line, column, message }: Finding) => `${line}:${column} ${message}`;
  const told = new Set(warnings.map(placeOf));
  for (const warning of readPolicy(text, file, persons).warnings) {
    if (!told.has(placeOf(warning))) process.stderr.write(`warning: ${findingText(warning)}\n`);
  }
}

function readText(source: string | number, name: string): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (cause) {
    throw new LocalError('file', `${name}: no such file, or it cannot be read`, { cause });
  }
}
