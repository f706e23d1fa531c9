import { budgetSnapshot } from '../../../functions/budgetSnapshot.ts';
import { leases } from '../../../functions/leases.ts';
import type { Policy } from '../../../shared/domain/policy/policy.ts';
import { EMPTY_POLICY } from '../../../shared/domain/policy/policy.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { openPersonCache } from '../../../shared/store/personCache.ts';
import { openPolicyCache } from '../../../shared/store/policyCache.ts';

export type Fault = 'none' | 'down' | 'cut' | 'other schema' | 'server error';

type Call = Readonly<{ method: string; path: string; status: number; body: string }>;

/** The ledger's own functions over stores in memory, as a gateway's `fetch` reaches them, with faults. */
export class FakeLedger {
  readonly stores = memoryStores();
  readonly calls: Call[] = [];
  fault: Fault = 'none';
  leaseFault: Fault = 'none';
  /** The ledger's clock. */
  now: () => Date = () => new Date();

  async apply(policy: Partial<Policy>): Promise<void> {
    const replaces = await this.stores.policies.currentNumber();
    const change = { policy: { ...EMPTY_POLICY, ...policy }, text: '', by: 'test', at: this.now(), replaces };
    const { kind } = await this.stores.policies.apply(change);
    if (kind !== 'applied') throw new Error(`the policy was not applied: ${kind}`);
  }

  /** How many calls of a path came so far. */
  count(path: string): number {
    return this.calls.filter((call) => call.path.startsWith(path)).length;
  }

  get fetch(): typeof fetch {
    return async (input, init) => {
      const url = new URL(String(input));
      const fault = url.pathname === '/leases' ? this.leaseFault : this.fault;
      if (fault === 'down') {
        this.calls.push({ method: 'none', path: url.pathname, status: 0, body: '' });
        throw new TypeError('fetch failed');
      }
      const answer = await this.#answer(url, init);
      const body = broken(String(answer.body ?? ''), fault);
      const status = fault === 'server error' ? 500 : (answer.statusCode ?? 200);
      this.calls.push({ method: init?.method ?? 'GET', path: url.pathname + url.search, status, body });
      const headers = { ...answer.headers, date: this.now().toUTCString() };
      const texts = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
      return new Response(status === 304 ? null : body, { status, headers: Object.fromEntries(texts) });
    };
  }

  async #answer(url: URL, init: RequestInit | undefined) {
    const event = {
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(url.search === '' ? {} : { queryStringParameters: Object.fromEntries(url.searchParams) }),
      ...(init?.body == null ? {} : { body: String(init.body) }),
      requestContext: { authorizer: { jwt: { claims: { role: 'gateway' } } } },
    };
    const { stores } = this;
    if (url.pathname === '/leases') {
      const policies = openPolicyCache(stores.policies);
      const pause = async () => {};
      return leases(event, { stores, policies, roleClaim: 'role', now: this.now, pause });
    }
    const persons = openPersonCache(stores.directory);
    return budgetSnapshot(event, { ...stores, persons, roleClaim: 'role', now: this.now() });
  }
}

function broken(body: string, fault: Fault): string {
  if (fault === 'cut') return body.slice(0, body.length / 2);
  return fault === 'other schema' ? body.replace(/tollbook\.snapshot\w*\.v1/, 'tollbook.snapshot.v9') : body;
}
