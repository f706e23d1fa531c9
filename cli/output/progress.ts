import { formatCount } from './table.ts';

const REDRAW_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/**
 * Shows on stderr how far a long work is: one line that is redrawn on a terminal, a line every few seconds
 * elsewhere, so that a log file stays short.
 */
export class Progress {
  readonly #isTerminal = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  readonly #startedMs = Date.now();
  #shownMs = 0;
  #isDrawn = false;

  /** `done` of what `noun` names; `more` is added as it is. */
  show(done: number, noun: string, more = ''): void {
    const nowMs = Date.now();
    const everyMs = this.#isTerminal ? REDRAW_MS : PLAIN_EVERY_MS;
    const sinceMs = this.#shownMs === 0 && !this.#isTerminal ? this.#startedMs : this.#shownMs;
    if (nowMs - sinceMs < everyMs) return;
    this.#shownMs = nowMs;
    const perSecond = Math.round(done / Math.max(0.001, (nowMs - this.#startedMs) / 1_000));
    const text = `${formatCount(done)} ${noun}${more} (${formatCount(perSecond)}/s)`;
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
    this.#isDrawn = true;
  }

  /** Wipes the redrawn line, so that what follows starts at the margin. */
  end(): void {
    if (this.#isTerminal && this.#isDrawn) process.stderr.write('\r\u001b[K');
  }
}
