import type { FindPosition, Position } from '../../pricing/readYaml.ts';

/** Steps from the top of a file to a part of it. */
export type Path = readonly (string | number)[];

/** Something to say about a place in a policy file. */
export type Finding = Position & Readonly<{ file: string; message: string }>;

/** A part of a file and where it stands. */
export type Part = Readonly<{ value: unknown; path: Path }>;

/** Something that was read, and the part of the file it was read from. */
export type Sourced<T> = Readonly<{
  value: T;
  path: Path;
  /** The file's own names for parts of it, where it has others than what was read. */
  renamed?: ReadonlyMap<string | number, string>;
}>;

/** Collects what there is to say about a file, so that all of it is said at once. */
export type Notes = Readonly<{
  mistake(path: Path, message: string, part?: 'key' | 'value'): void;
  warn(path: Path, message: string, part?: 'key' | 'value'): void;
}>;

type Note = Readonly<{ path: Path; message: string; part: 'key' | 'value' }>;

export type OpenNotes = Notes &
  Readonly<{ mistakes(find: FindPosition): Finding[]; warnings(find: FindPosition): Finding[] }>;

/** Nobody reads more at once, and finding a place takes time in a large file. */
export const MAX_NOTES = 200;

export function openNotes(file: string): OpenNotes {
  const mistakes: Note[] = [];
  const warnings: Note[] = [];
  return {
    mistake: (path, message, part = 'value') => addNote(mistakes, { path, message, part }),
    warn: (path, message, part = 'value') => addNote(warnings, { path, message, part }),
    mistakes: (find) => locate(mistakes, { file, find }),
    warnings: (find) => locate(warnings, { file, find }),
  };
}

/** `file:line:column: message`, as editors and terminals make it a link. */
export function findingText({ file, line, column, message }: Finding): string {
  return `${file}:${line}:${column}: ${message}`;
}

function addNote(notes: Note[], note: Note): void {
  if (notes.length < MAX_NOTES) notes.push(note);
}

function locate(notes: readonly Note[], { file, find }: { file: string; find: FindPosition }): Finding[] {
  const findings = notes.map(({ path, message, part }) => ({ file, ...find(path, part), message }));
  return findings.sort((a, b) => a.line - b.line || a.column - b.column);
}
