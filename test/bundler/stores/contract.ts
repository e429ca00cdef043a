import { writeFileSync } from 'fs';
import { join } from 'path';
import { BundleStore, newObject, readAll } from '../../../src/bundler/store';
import { temporaryDirectory } from '../../temporary-directory';

async function keys(store: BundleStore, prefix: string): Promise<Array<[string, number]>> {
  const found: Array<[string, number]> = [];
  for await (const { key, bytes } of store.list(prefix)) {
    found.push([key, bytes]);
  }
  return found.sort();
}

/** What every store has to do. `make` makes an empty one. */
export function describeStore(name: string, make: () => BundleStore): void {
  describe(name, () => {
    test('an empty store lists nothing', async () => {
      expect(await keys(make(), 'shards/')).toEqual([]);
    });

    test('what is written is listed with its size, read back and hashed', async () => {
      const store = make();
      expect(await store.createOnly('shards/a.zip', newObject(Buffer.from('hello')))).toBe(true);
      expect(await keys(store, 'shards/')).toEqual([['shards/a.zip', 5]]);
      expect((await readAll(store, 'shards/a.zip')).toString()).toBe('hello');
      expect(await store.sha256('shards/a.zip')).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    });

    test('what is too large for memory comes from a file', async () => {
      const store = make();
      const path = join(temporaryDirectory(), 'large');
      writeFileSync(path, 'hello');
      const { bytes, sha256 } = newObject(Buffer.from('hello'));
      expect(await store.createOnly('shards/a.zip', { body: path, bytes, sha256 })).toBe(true);
      expect((await readAll(store, 'shards/a.zip')).toString()).toBe('hello');
      expect(await store.sha256('shards/a.zip')).toBe(sha256);
    });

    test('the first writer wins and the second is told', async () => {
      const store = make();
      await store.createOnly('shards/a.zip', newObject(Buffer.from('first')));
      expect(await store.createOnly('shards/a.zip', newObject(Buffer.from('second')))).toBe(false);
      expect((await readAll(store, 'shards/a.zip')).toString()).toBe('first');
    });

    test('of twenty writers at once exactly one creates', async () => {
      const store = make();
      const created = await Promise.all(Array.from({ length: 20 }, (_, index) => store.createOnly('shards/a.zip', newObject(Buffer.from(`writer ${index}`)))));
      expect(created.filter(Boolean)).toHaveLength(1);
      expect((await readAll(store, 'shards/a.zip')).toString()).toBe(`writer ${created.indexOf(true)}`);
    });

    test('a prefix lists what starts with it and nothing else', async () => {
      const store = make();
      await store.createOnly('shards/a.zip', newObject(Buffer.from('1')));
      await store.createOnly('shards/b.zip', newObject(Buffer.from('1')));
      await store.createOnly('manifests/a.json', newObject(Buffer.from('1')));
      expect(await keys(store, 'shards/a')).toEqual([['shards/a.zip', 1]]);
    });

    test('a missing object is an error that names it', async () => {
      const store = make();
      await expect(store.read('manifests/x.json')).rejects.toThrow(`${store.url}manifests/x.json is not there`);
      await expect(store.sha256('manifests/x.json')).rejects.toThrow('is not there');
    });

    test('an object tells when it was written', async () => {
      const store = make();
      const before = Date.now();
      await store.createOnly('shards/a.zip', newObject(Buffer.from('1')));
      for await (const { modifiedAt } of store.list('shards/')) {
        expect(Math.abs(modifiedAt.getTime() - before)).toBeLessThan(5_000);
      }
      expect.assertions(1);
    });

    test('what is deleted is gone, may be deleted again, and may be written again', async () => {
      const store = make();
      await store.createOnly('shards/a.zip', newObject(Buffer.from('1')));
      await store.createOnly('shards/b.zip', newObject(Buffer.from('1')));
      await store.delete('shards/a.zip');
      await store.delete('shards/a.zip');
      expect(await keys(store, 'shards/')).toEqual([['shards/b.zip', 1]]);
      expect(await store.createOnly('shards/a.zip', newObject(Buffer.from('2')))).toBe(true);
    });

    test('an empty object is an object', async () => {
      const store = make();
      expect(await store.createOnly('shards/a.zip', newObject(Buffer.alloc(0)))).toBe(true);
      expect(await readAll(store, 'shards/a.zip')).toHaveLength(0);
    });

    test('an aborted write leaves nothing', async () => {
      const store = make();
      await expect(store.createOnly('shards/a.zip', newObject(Buffer.alloc(1_000_000)), AbortSignal.abort())).rejects.toThrow();
      expect(await keys(store, 'shards/')).toEqual([]);
    });
  });
}
