import type { PriceRow } from './compileModel.ts';

/** UTC days; `to` is the day on which it no longer holds, `null` for an open end. */
export type Span = Readonly<{ from: string; to: string | null }>;

/** Stands for an open end: it sorts after every day. */
const NEVER = '~';

export function byStart(a: Span, b: Span): number {
  return Number(a.from > b.from) - Number(a.from < b.from);
}

/** The first span that starts within the one before it, with that one. Spans come in order of their start. */
export function findOverlap<T extends Span>(spans: readonly T[]): { earlier: T; later: T } | undefined {
  let earlier: T | undefined;
  for (const later of spans) {
    if (earlier !== undefined && later.from < (earlier.to ?? NEVER)) return { earlier, later };
    earlier = later;
  }
  return undefined;
}

/**
 * Cuts a row at the edges of spans, which come in order and do not overlap. The pieces cover the row's
 * period without a gap; each says in which span it lies, if in any.
 */
export function cutRow<T extends Span>(row: PriceRow, spans: readonly T[]) {
  const pieces: { piece: PriceRow; span: T | undefined }[] = [];
  const rowEnd = row.to ?? NEVER;
  let from = row.from;
  const addUpTo = (end: string, span: T | undefined) => {
    if (from >= end) return;
    pieces.push({ piece: { ...row, from, to: end === NEVER ? null : end }, span });
    from = end;
  };
  for (const span of spans) {
    addUpTo(span.from < rowEnd ? span.from : rowEnd, undefined);
    const spanEnd = span.to ?? NEVER;
    addUpTo(spanEnd < rowEnd ? spanEnd : rowEnd, span);
  }
  addUpTo(rowEnd, undefined);
  return pieces;
}
