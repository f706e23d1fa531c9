import type { ServerResponse } from 'node:http';

/** What a stand-in does instead of its work: answers so, never answers, or breaks the connection. */
export type Disturbance =
  | Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>
  | 'hang'
  | 'reset';

/** Disturbances that a test has ordered, each for one request. */
export class Disturbances {
  readonly #next: Disturbance[] = [];

  order(...disturbances: readonly Disturbance[]): void {
    this.#next.push(...disturbances);
  }

  /** Disturbs this request if that was ordered; says whether it did. */
  disturb(response: ServerResponse): boolean {
    const disturbance = this.#next.shift();
    if (disturbance === undefined) return false;
    if (disturbance === 'reset') response.destroy();
    else if (disturbance !== 'hang')
      response.writeHead(disturbance.status, disturbance.headers).end(disturbance.body ?? '');
    return true;
  }
}

/**
 * For `makePost`: leads each host to its stand-in, with the host as the first part of the path. A host without
 * one is not reached, so no test sends anything out of this machine.
 */
export function rerouteTo(standIns: Readonly<Record<string, string>>): (url: URL) => URL {
  return ({ host, pathname, search }) => {
    const standIn = standIns[host];
    if (standIn === undefined) throw new Error(`there is no stand-in for ${host}`);
    return new URL(`/${host}${pathname}${search}`, standIn);
  };
}
