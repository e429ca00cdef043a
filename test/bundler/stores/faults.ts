import { Fault, FaultProxy } from './fault-proxy';
import { checkWhole } from './publishers';
import { planBundle } from '../../../src/bundler/plan';
import { publish } from '../../../src/bundler/publish';
import { BundleStore, hashObject, newObject, readAll } from '../../../src/bundler/store';
import { temporaryDirectory, tree } from '../../temporary-directory';

const BODY = newObject(Buffer.alloc(300_000, 'x'));
const WRITES = ['PUT', 'POST'];

/** A plan of three small shards. */
export function smallPlan() {
  const roots = ['a', 'b', 'c'].map((name) => ({ kind: 'workspace' as const, path: tree({ 'm.py': `x = '${name} ${Math.random()}'\n` }) }));
  return planBundle({ roots, cacheDirectory: temporaryDirectory() });
}

/** What {@link describeFaults} needs. */
export interface Weather {
  /** Makes an empty store behind the proxy. */
  readonly make: () => BundleStore;
  readonly proxy: () => FaultProxy;
  /** Publishes in bad weather. */
  readonly rounds?: number;
}

/** What every store has to do when the network or the server fails for a moment. */
export function describeFaults(name: string, { make, proxy, rounds = 5 }: Weather): void {
  describe(`${name} in bad weather`, () => {
    beforeEach(() => proxy().reset());
    afterEach(() => proxy().reset());

    test.each([503, 500, 'drop-request'] as const)('a write that meets %p three times ends whole', async (fault) => {
      const store = make();
      proxy().plan = ({ method }, seen) => (WRITES.includes(method!) && seen < 3 ? fault : undefined);
      await store.createOnly('shards/a.zip', BODY);
      expect(proxy().seen.length).toBeGreaterThan(1);
      expect(await hashObject(store, 'shards/a.zip')).toBe(BODY.sha256);
    });

    test('a write whose answer is lost is found done: the retry is told that the object is there', async () => {
      const store = make();
      proxy().plan = ({ method }, seen) => (WRITES.includes(method!) && seen === 0 ? 'drop-answer' : undefined);
      expect(await store.createOnly('shards/a.zip', BODY)).toBe(false);
      expect(await hashObject(store, 'shards/a.zip')).toBe(BODY.sha256);
    });

    test('a listing whose connection ends early is asked for again, or an error', async () => {
      const store = make();
      for (const key of ['a', 'b', 'c', 'd']) { await store.createOnly(`shards/${key}.zip`, newObject(Buffer.from(key))); }
      proxy().reset();
      proxy().plan = (_, seen) => (seen === 0 ? 'cut-answer' : undefined);
      expect([4, 'BundleError']).toContain(await countShards(store).catch((error: Error) => error.name));
    });

    test('a read that is cut is an error, never a short object', async () => {
      const store = make();
      await store.createOnly('shards/a.zip', BODY);
      proxy().plan = ({ url }) => (url!.includes('comp=') ? undefined : 'cut-answer');
      await expect(readAll(store, 'shards/a.zip')).rejects.toThrow();
    });

    test('of a publish in bad weather every object is whole', async () => {
      const seed = Date.now() % 1_000_000;
      process.stderr.write(`bad weather: seed ${seed}\n`);
      const faults: Array<Fault | undefined> = [503, 500, 'drop-request', 'drop-answer', 'cut-answer', undefined, undefined, undefined, undefined, undefined, undefined];
      let state = seed;
      proxy().plan = () => faults[(state = (state * 1103515245 + 12345) % 2147483648) % faults.length];
      for (let round = 0; round < rounds; round += 1) {
        const store = make();
        const plan = smallPlan();
        await publish(plan, store, { tool: 'one 1.0.0' }).catch((error: Error) => { expect(error.name).toBe('BundleError'); });
        const weather = proxy().plan;
        proxy().reset();
        await publish(plan, store, { tool: 'one 1.0.0' });
        expect(await checkWhole(store, plan.digest)).toBe(3);
        proxy().plan = weather;
      }
    }, 120_000);
  });
}

/** How many shards a store lists. */
export async function countShards(store: BundleStore): Promise<number> {
  let objects = 0;
  for await (const { bytes } of store.list('shards/')) { objects += Number(bytes > 0); }
  return objects;
}
