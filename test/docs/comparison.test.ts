import { readFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { REPOSITORY, textOf } from './pages';
import { only } from '../constructs/synthesized';
import { synthExample } from '../examples/synthesized-example';

/** The example is a process of its own. */
jest.setTimeout(60_000);

const counted = Object.fromEntries([...textOf('docs/comparison.md').matchAll(/^\| (.*) \| (\d+) \|$/gm)].map(([, what, lines]) => [what, Number(lines)]));

test('the lines of the quickstart are as many as docs/comparison.md says', () => {
  const { text, objects } = synthExample('quickstart');
  const program = readFileSync(join(REPOSITORY, 'examples', 'quickstart', 'main.ts'), 'utf8').split('\n').filter((line) => !/^\s*(\/\/|$)/.test(line));
  expect(counted).toEqual({
    '[examples/quickstart/main.ts](../examples/quickstart/main.ts), without comments and blank lines': program.length,
    [`the YAML that it becomes, ${objects.length} objects`]: text.trimEnd().split('\n').length,
    'of these, the RayCluster alone': stringify(only(objects, 'RayCluster'), { lineWidth: 0 }).trimEnd().split('\n').length,
  });
});
