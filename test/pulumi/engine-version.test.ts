import { readFileSync } from 'fs';
import { join } from 'path';
import { devDependencies } from '../../package.json';

test('the engine of the tests is of the release of the SDK', () => {
  const module = readFileSync(join(__dirname, '..', '..', 'tools', 'pulumi-engine', 'cli', 'go.mod'), 'utf8');
  expect(/\tgithub\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(module)?.[1]).toBe(devDependencies['@pulumi/pulumi']);
});
