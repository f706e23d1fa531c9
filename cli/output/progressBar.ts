const WIDTH = 20;

/** How much of a known amount is done: `[█████░░░░░░░░░░░░░░░] 25%`. More than all is shown as all. */
export function progressBar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const filled = Math.floor(share * WIDTH);
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)}%`;
}
