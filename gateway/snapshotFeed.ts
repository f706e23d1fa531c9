import type { SnapshotData } from '../shared/domain/policy/snapshot.ts';
import {
  DIFFERENCE_SCHEMA,
  decodeDifference,
  decodeSnapshot,
} from '../shared/domain/policy/snapshotCodec.ts';
import { applyDifference } from '../shared/domain/policy/snapshotDifference.ts';
import { elapsedMs } from './gatewayClock.ts';
import { askLedger, type LedgerAnswer } from './ledgerClient.ts';
import type { Counters, Settings } from './options.ts';

/** The last good snapshot, and the elapsed time as of which it is known to hold. */
export type HeldSnapshot = Readonly<{ data: SnapshotData; asOfMs: number }>;

export type FeedDependencies = Readonly<{
  settings: Settings;
  counters: Counters;
  end: AbortSignal;
  onSnapshot: (held: HeldSnapshot) => void;
  onLedgerTime: (ledgerMs: number) => void;
}>;

type Answered = Extract<LedgerAnswer, { kind: 'answered' }>;

const JITTER = 0.2;
const PATH = '/budgets/snapshot';

/**
 * Keeps a snapshot fresh: asks for what changed, sends the ETag, and waits longer after each failure. An
 * answer that is cut off, of another version or otherwise of no use changes nothing; the next question then
 * is for the whole snapshot.
 */
export class SnapshotFeed {
  readonly #dependencies: FeedDependencies;
  #held: HeldSnapshot | undefined;
  #etag: string | undefined;
  #isWholeWanted = false;
  #failuresInARow = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  lastProblem: string | undefined;

  constructor(dependencies: FeedDependencies) {
    this.#dependencies = dependencies;
  }

  get held(): HeldSnapshot | undefined {
    return this.#held;
  }

  start(): void {
    void this.refresh().then(() => {
      if (this.#dependencies.end.aborted) return;
      this.#timer = setTimeout(() => this.start(), this.#pauseMs());
      if (typeof this.#timer === 'object') this.#timer.unref?.();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** One question to the ledger. */
  async refresh(): Promise<void> {
    const { settings, counters, end, onLedgerTime } = this.#dependencies;
    const version = this.#isWholeWanted ? undefined : this.#held?.data.version;
    const path = version === undefined ? PATH : `${PATH}?since=${encodeURIComponent(version)}`;
    const isKnown = version !== undefined && this.#etag !== undefined;
    const headers = isKnown ? { 'if-none-match': this.#etag ?? '' } : {};
    const answer = await askLedger({ method: 'GET', path, headers }, settings, end);
    if (end.aborted) return;
    if (answer.kind === 'failed') {
      counters.failures += 1;
      this.#fail(answer.problem);
      return;
    }
    if (answer.ledgerMs !== undefined) onLedgerTime(answer.ledgerMs);
    const problem = this.#take(answer);
    if (problem === undefined) {
      this.#failuresInARow = 0;
      this.lastProblem = undefined;
      return;
    }
    counters.refusedAnswers += 1;
    this.#isWholeWanted = true;
    this.#fail(problem);
  }

  /** Says what is wrong with an answer that cannot be used. */
  #take(answer: Answered): string | undefined {
    const { counters } = this.#dependencies;
    if (answer.status === 304 && this.#held !== undefined && !this.#isWholeWanted) {
      counters.notModified += 1;
      this.#hold({ data: this.#held.data, asOfMs: answer.sentAtMs });
      return undefined;
    }
    if (answer.status !== 200) return `the ledger answers ${answer.status}`;
    return isDifference(answer.text) ? this.#takeDifference(answer) : this.#takeWhole(answer);
  }

  #takeWhole(answer: Answered): string | undefined {
    const decoded = decodeSnapshot(answer.text);
    if (decoded.kind === 'refused') return `the snapshot ${decoded.problem}`;
    if (this.#isOlder(decoded.value)) return 'the snapshot is older than the one before';
    this.#dependencies.counters.snapshots += 1;
    this.#accept(decoded.value, answer);
    return undefined;
  }

  #takeDifference(answer: Answered): string | undefined {
    const decoded = decodeDifference(answer.text);
    if (decoded.kind === 'refused') return `the difference ${decoded.problem}`;
    if (this.#held === undefined) return 'a difference came before the first snapshot';
    const applied = applyDifference(this.#held.data, decoded.value);
    if (applied.kind === 'otherVersion') return `the difference starts from version ${applied.needs}`;
    if (this.#isOlder(applied.data)) return 'the difference is older than the snapshot';
    this.#dependencies.counters.differences += 1;
    this.#accept(applied.data, answer);
    return undefined;
  }

  /** Asked again for the whole, an older one is taken: then it is the ledger's clock that went back. */
  #isOlder({ takenAtMs }: SnapshotData): boolean {
    return !this.#isWholeWanted && this.#held !== undefined && takenAtMs < this.#held.data.takenAtMs;
  }

  /** An answer from a cache tells old figures at a new time: the difference counts as age. */
  #accept(data: SnapshotData, { sentAtMs, ledgerMs, etag }: Answered): void {
    const ageAtLedgerMs = ledgerMs === undefined ? 0 : Math.max(0, ledgerMs - data.takenAtMs);
    this.#etag = etag;
    this.#isWholeWanted = false;
    this.#hold({ data, asOfMs: sentAtMs - ageAtLedgerMs });
  }

  #hold(held: HeldSnapshot): void {
    this.#held = held;
    this.#dependencies.onSnapshot(held);
  }

  #fail(problem: string): void {
    this.#failuresInARow += 1;
    this.lastProblem = problem;
  }

  /** Many gateways that lost the ledger at one moment must not come back at one moment. */
  #pauseMs(): number {
    const { refreshMs, maxBackOffMs } = this.#dependencies.settings;
    const backOffMs = Math.min(Math.max(maxBackOffMs, refreshMs), refreshMs * 2 ** this.#failuresInARow);
    const spread = this.#failuresInARow === 0 ? JITTER : 0.5;
    return backOffMs * (1 - spread + 2 * spread * Math.random());
  }
}

/** The schema is the first key of both kinds of answer. */
function isDifference(text: string): boolean {
  return text.slice(0, 100).includes(DIFFERENCE_SCHEMA);
}

/** Age of a snapshot's figures by the time that passed, whatever clocks say. */
export function ageOf({ asOfMs }: HeldSnapshot): number {
  return Math.max(0, elapsedMs() - asOfMs);
}
