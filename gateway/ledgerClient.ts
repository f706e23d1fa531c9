import { elapsedMs } from './gatewayClock.ts';
import type { Settings } from './options.ts';

/** Far above any snapshot; an answer that is longer is no answer of the ledger. */
const MAX_ANSWER_CHARACTERS = 64 * 1024 * 1024;

export type LedgerAnswer =
  | Readonly<{
      kind: 'answered';
      status: number;
      text: string;
      etag?: string;
      /** The ledger's clock, to the second, where it told it. */
      ledgerMs?: number;
      /** When the question was sent, in elapsed time: what the answer says is no older than that. */
      sentAtMs: number;
    }>
  | Readonly<{ kind: 'failed'; problem: string }>;

export type LedgerCall = Readonly<{
  method: 'GET' | 'POST';
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}>;

/** Asks the ledger, once. What goes wrong is an outcome here, as a gateway has to live with it. */
export async function askLedger(
  { method, path, headers, body }: LedgerCall,
  settings: Settings,
  end: AbortSignal,
): Promise<LedgerAnswer> {
  const sentAtMs = elapsedMs();
  try {
    const token = typeof settings.token === 'string' ? settings.token : await settings.token();
    const answer = await settings.fetch(`${settings.ledgerUrl}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([end, AbortSignal.timeout(settings.timeoutMs)]),
    });
    const text = await answer.text();
    if (text.length > MAX_ANSWER_CHARACTERS) return { kind: 'failed', problem: 'the answer is too long' };
    const etag = answer.headers.get('etag');
    const ledgerMs = Date.parse(answer.headers.get('date') ?? '');
    return {
      kind: 'answered',
      status: answer.status,
      text,
      sentAtMs,
      ...(etag === null ? {} : { etag }),
      ...(Number.isFinite(ledgerMs) ? { ledgerMs } : {}),
    };
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
  }
}
