const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ctrl-C asks a long work to end at its next safe place; a second Ctrl-C ends the process at once. */
export type Interrupt = Readonly<{
  signal: AbortSignal;
  /** Says on stderr that the work is unfinished, and lets the process end as interrupted. */
  finish(): void;
}>;

export function watchInterrupt(): Interrupt {
  const stopping = new AbortController();
  let exitCode = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      exitCode = EXIT_CODES[signal];
      stopping.abort();
    });
  }
  return {
    signal: stopping.signal,
    finish() {
      if (exitCode === 0) return;
      process.exitCode = exitCode;
      process.stderr.write('tollbook: interrupted; run the same again to go on.\n');
    },
  };
}
