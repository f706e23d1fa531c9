import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Locate } from './priceOverlay.ts';

/** A YAML text as plain maps, lists and strings, with the place of each part; or its first mistake. */
export type ReadYaml =
  | Readonly<{ kind: 'read'; value: unknown; locate: Locate }>
  | Readonly<{ kind: 'malformed'; place: string; why: string }>;

type Mistake = Readonly<{ offset: number; why: string }>;

/**
 * Reads one YAML document. Every scalar stays the text that was written, so no decimal becomes a float
 * on its way. Places are `file:line:column`. Anchors are refused: a price stands where it is read.
 */
export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, lineCounter: lines });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const mistake = findMistake(document);
  if (mistake !== undefined) return { kind: 'malformed', place: placeAt(mistake.offset), why: mistake.why };
  const locate: Locate = (path, part) => placeAt(offsetOf(document, path, part));
  return { kind: 'read', value: document.toJS(), locate };
}

function findMistake(document: Document.Parsed): Mistake | undefined {
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const why = problem.code === 'MULTIPLE_DOCS' ? 'a second document starts here' : problem.message;
    return { offset: problem.pos[0], why };
  }
  let mistake: Mistake | undefined;
  visit(document, {
    Alias(_key, { range }) {
      mistake = { offset: range?.[0] ?? 0, why: 'aliases are not read; write the value itself' };
      return visit.BREAK;
    },
    Pair(_key, { key }) {
      if (isScalar(key)) return undefined;
      const range = isMap(key) || isSeq(key) ? key.range : undefined;
      mistake = { offset: range?.[0] ?? 0, why: 'a key must be a text' };
      return visit.BREAK;
    },
  });
  return mistake;
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
