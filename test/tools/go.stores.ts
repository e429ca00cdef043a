import { existsSync } from 'fs';
import { join } from 'path';
import { sourceOf } from '../../tools/go';
import { temporaryDirectory } from '../temporary-directory';

const MODULE = join(__dirname, '..', '..', 'tools', 'pulumi-engine', 'kubernetes');

const { env } = process;
beforeEach(() => { process.env = { ...env, GOMODCACHE: temporaryDirectory(), GOFLAGS: '-modcacherw' }; });
afterEach(() => { process.env = env; });

test('the source of a module is got where Go has nothing yet, as on a new machine', async () => {
  const source = await sourceOf(MODULE, 'github.com/pulumi/pulumi-kubernetes/provider/v4');
  expect(existsSync(join(source, 'cmd', 'pulumi-resource-kubernetes', 'schema.json'))).toBe(true);
}, 60_000);
