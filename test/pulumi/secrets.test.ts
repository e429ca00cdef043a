import { secret } from '@pulumi/pulumi';
import { MockedEngine } from './mocked-pulumi';
import { RayJob } from '../../src/pulumi';

/** How Pulumi marks a secret on its way to the engine. */
const SECRET = '4dabf18193072939515e22adb298388d';

const engine = new MockedEngine();

test('what was a secret stays one', async () => {
  await engine.start();
  new RayJob('train', {
    namespace: 'ml',
    image: 'ghcr.io/acme/train:1',
    rayVersion: '2.54.0',
    workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 4 }],
    command: ['python', '-m', 'features.train'],
    environmentVariables: { TOKEN: secret('s3cr3t') },
  });
  await engine.settle();
  const { spec } = engine.told('kubernetes:ray.io/v1:RayJob', 'train').object;
  expect(Object.keys(spec)).toContain(SECRET);
  const told = engine.registered.map(({ type, name }) => JSON.stringify(engine.told(type, name).object)).filter((text) => text.includes('s3cr3t'));
  expect(told.map((text) => text.includes(SECRET))).toEqual([true]);
});
