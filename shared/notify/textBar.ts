const WIDTH = 20;

/** How much of a limit is used, in text characters: `████████████████░░░░`. More than all is shown as all. */
export function textBar(percent: number): string {
  const filled = Math.max(0, Math.min(WIDTH, Math.floor((percent * WIDTH) / 100)));
  return '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
}
