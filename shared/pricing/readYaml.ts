import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import type { Locate } from './priceOverlay.ts';

/** Both from 1. */
export type Position = Readonly<{ line: number; column: number }>;

/** What is wrong with a text, and where. */
export type YamlMistake = Position & Readonly<{ place: string; why: string }>;

/** A YAML text as plain maps, lists and strings, with the place of each part; or its mistakes. */
export type ReadYaml =
  | Readonly<{ kind: 'read'; value: unknown; locate: Locate; positionOf: FindPosition }>
  | Readonly<{ kind: 'malformed'; mistakes: readonly [YamlMistake, ...YamlMistake[]] }>;

/** Where a part of a text stands; of one that is not there, where the nearest part around it starts. */
export type FindPosition = (...part: Parameters<Locate>) => Position;

type Mistake = Readonly<{ offset: number; why: string }>;

/**
 * Reads one YAML document. Every scalar stays the text that was written, so no decimal becomes a float
 * on its way. Places are `file:line:column`. Anchors are refused: a figure stands where it is read.
 */
export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  // The library would compare each key with all before it, which takes minutes for a file of many keys.
  const options = { schema: 'failsafe', prettyErrors: false, lineCounter: lines, uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const positionAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [first, ...others] = findMistakes(document).map(({ offset, why }): YamlMistake => {
    const { line, column } = positionAt(offset);
    return { line, column, place: `${file}:${line}:${column}`, why };
  });
  if (first !== undefined) return { kind: 'malformed', mistakes: [first, ...others] };
  const positionOf: FindPosition = (path, part) => positionAt(offsetOf(document, path, part));
  const locate: Locate = (path, part) => {
    const { line, column } = positionOf(path, part);
    return `${file}:${line}:${column}`;
  };
  return { kind: 'read', value: document.toJS(), locate, positionOf };
}

function findMistakes(document: Document.Parsed): Mistake[] {
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    return problems.map(({ code, pos, message }) => ({
      offset: pos[0],
      why: code === 'MULTIPLE_DOCS' ? 'a second document starts here' : message,
    }));
  }
  const mistakes: Mistake[] = [];
  visit(document, {
    Alias(_key, { range }) {
      mistakes.push({ offset: range?.[0] ?? 0, why: 'aliases are not read; write the value itself' });
    },
    Map(_key, map) {
      mistakes.push(...findKeyMistakes(map));
    },
  });
  return mistakes;
}

function findKeyMistakes(map: YAMLMap): Mistake[] {
  const mistakes: Mistake[] = [];
  const known = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) {
      const range = isMap(key) || isSeq(key) ? key.range : undefined;
      mistakes.push({ offset: range?.[0] ?? 0, why: 'a key must be a text' });
    } else if (known.has(key.value)) {
      mistakes.push({
        offset: key.range?.[0] ?? 0,
        why: `Map keys must be unique: ${key.value} is there already`,
      });
    } else {
      known.add(key.value);
    }
  }
  return mistakes;
}

/** Where a part starts; of one that is not there, where the nearest part around it starts. */
function offsetOf(
  document: Document.Parsed,
  path: Parameters<Locate>[0],
  part: Parameters<Locate>[1],
): number {
  let node: unknown = document.contents;
  let offset = 0;
  const enter = (next: unknown) => {
    node = next;
    if (isScalar(next) || isMap(next) || isSeq(next)) offset = next.range?.[0] ?? offset;
  };
  enter(node);
  for (const [depth, step] of path.entries()) {
    if (isSeq(node)) {
      enter(node.items[Number(step)]);
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      const isKeyWanted = part === 'key' && depth === path.length - 1;
      enter(isKeyWanted ? pair?.key : pair?.value);
    }
  }
  return offset;
}
