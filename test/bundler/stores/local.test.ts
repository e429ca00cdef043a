import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { describeStore } from './contract';
import { collectsGarbage } from './publishers';
import { newObject } from '../../../src/bundler/store';
import { LocalStore } from '../../../src/bundler/stores/local';
import { openStore } from '../../../src/bundler/stores/open-store';
import { temporaryDirectory } from '../../temporary-directory';

const emptyStore = () => new LocalStore(join(temporaryDirectory(), 'store'));

describeStore('LocalStore', emptyStore);
collectsGarbage('LocalStore', emptyStore);

test('no temporary file stays behind', async () => {
  const root = temporaryDirectory();
  const store = new LocalStore(root);
  await store.createOnly('shards/a.zip', newObject(Buffer.from('1')));
  await store.createOnly('shards/a.zip', newObject(Buffer.from('2')));
  expect(readdirSync(join(root, 'shards'))).toEqual(['a.zip']);
});

test('two stores on one directory at the same instant: one creates, and the other finds it there', async () => {
  const root = temporaryDirectory();
  for (let round = 0; round < 50; round++) {
    const key = `shards/${round}.zip`;
    const created = await Promise.all(['1', '2'].map(async (body) => {
      const store = new LocalStore(root);
      const isCreated = await store.createOnly(key, newObject(Buffer.from(body)));
      return [isCreated, await store.sha256(key)];
    }));
    expect(created.map(([isCreated]) => isCreated).sort()).toEqual([false, true]);
    expect(created[0][1]).toBe(created[1][1]);
  }
});

test('a path with a space or a percent sign survives its URL', async () => {
  const root = join(temporaryDirectory(), 'a b%20c');
  await new LocalStore(root).createOnly('shards/a.zip', newObject(Buffer.from('1')));
  expect(await openStore(new LocalStore(root).url).sha256('shards/a.zip')).toHaveLength(64);
});

test('a store that is a file is refused with its URL', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const store = new LocalStore(file);
  await expect(store.createOnly('shards/a.zip', newObject(Buffer.from('1')))).rejects.toThrow(`${store.url}shards/a.zip`);
});
