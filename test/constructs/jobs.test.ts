import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { descriptor, environment } from './synthesized';
import { Authentication, BackfillJob, ErrorPolicy, KubeRayVersion } from '../../src';

const BACKFILL = { table: 's3://acme/images.lance', column: 'caption', udf: 'features.caption:caption' };

test('a backfill asks for what it was told and leaves the rest to the runtime', () => {
  const env = environment();
  env.addBackfill('captions', BACKFILL);
  expect(descriptor(env).jobs).toEqual([{ name: 'captions', kind: 'backfill', ...BACKFILL }]);
});

test('a backfill in full', () => {
  const env = environment();
  env.addBackfill('captions', {
    ...BACKFILL,
    inputs: { image: 'jpeg' },
    outputType: 'string',
    udfVersion: '2',
    where: 'caption IS NULL',
    batchRows: 100,
    checkpointRows: 1000,
    checkpointInterval: Duration.minutes(1),
    onError: ErrorPolicy.SKIP,
    retries: 2,
    retryDelay: Duration.millis(500),
    batchTimeout: Duration.minutes(2),
    commitEvery: 100,
    followAppends: false,
    waitForColumn: true,
    workerGroup: 'cpu',
    concurrency: 8,
    cpusPerWorker: 0.5,
    memoryPerWorker: Size.gibibytes(1),
  });
  expect(descriptor(env).jobs).toEqual([{
    name: 'captions',
    kind: 'backfill',
    ...BACKFILL,
    inputs: { image: 'jpeg' },
    outputType: 'string',
    udfVersion: '2',
    where: 'caption IS NULL',
    batchRows: 100,
    checkpointRows: 1000,
    checkpointSeconds: 60,
    onError: 'skip',
    retries: 2,
    retrySeconds: 0.5,
    batchTimeoutSeconds: 120,
    commitEvery: 100,
    followAppends: false,
    wait: true,
    workers: { group: 'cpu', concurrency: 8, numCpus: 0.5, memoryBytes: 1024 ** 3 },
  }]);
});

test('one function fills several columns', () => {
  const env = environment();
  env.addBackfill('sizes', { table: 's3://acme/images.lance', columns: ['width', 'height'], udf: 'features.image:size' });
  env.addMaterializedView('chunks', {
    source: 's3://acme/docs.lance', destination: 's3://acme/chunks.lance', columns: [{ columns: ['text', 'position'], udf: 'features.text:chunks' }],
  });
  expect(descriptor(env).jobs).toEqual([
    { name: 'sizes', kind: 'backfill', table: 's3://acme/images.lance', columns: ['width', 'height'], udf: 'features.image:size' },
    {
      name: 'chunks',
      kind: 'materialized-view',
      source: 's3://acme/docs.lance',
      destination: 's3://acme/chunks.lance',
      columns: [{ columns: ['text', 'position'], udf: 'features.text:chunks' }],
    },
  ]);
});

test('a materialized view', () => {
  const env = environment();
  env.addMaterializedView('cats', {
    source: 's3://acme/images.lance',
    destination: 's3://acme/cats.lance',
    select: ['jpeg'],
    where: "label = 'cat'",
    columns: [{ column: 'mood', udf: 'features.cats:mood' }],
    batchRows: 10,
  });
  expect(descriptor(env).jobs).toEqual([{
    name: 'cats',
    kind: 'materialized-view',
    source: 's3://acme/images.lance',
    destination: 's3://acme/cats.lance',
    select: ['jpeg'],
    where: "label = 'cat'",
    columns: [{ column: 'mood', udf: 'features.cats:mood' }],
    batchRows: 10,
  }]);
});

test('jobs stand in the order in which they were added', () => {
  const env = environment();
  env.addBackfill('b', BACKFILL);
  env.addBackfill('a', BACKFILL);
  expect(descriptor(env).jobs.map(({ name }) => name)).toEqual(['b', 'a']);
});

test('two jobs of one name are refused, wherever they stand in the tree', () => {
  const env = environment();
  env.addBackfill('captions', BACKFILL);
  expect(() => new BackfillJob(new Construct(env, 'team'), 'captions', { ...BACKFILL, environment: env })).toThrow(/job: got "captions", expected a name that no other/);
});

test('a group may be added after the job that runs on it', () => {
  const env = environment();
  env.addBackfill('captions', { ...BACKFILL, workerGroup: 'gpu' });
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8 });
  expect(descriptor(env).jobs[0].workers).toEqual({ group: 'gpu' });
});

test('a copy that is larger than any worker is found before it waits for ever', () => {
  const env = environment();
  env.addBackfill('captions', { ...BACKFILL, memoryPerWorker: Size.gibibytes(64) });
  expect(() => descriptor(env)).toThrow(/job "captions" memoryPerWorker: got "64 GiB", expected at most 8 GiB, the size of a worker of "cpu"\..*JOB-02/s);
});

test('a job that wants GPUs hears that a group has none, and of one that has', () => {
  const env = environment();
  env.addBackfill('captions', { ...BACKFILL, gpusPerWorker: 0.5, workerGroup: 'cpu' });
  expect(() => descriptor(env)).toThrow(
    /gpusPerWorker: got 0\.5, expected none: workers of "cpu" have no GPUs\..*Fix: gpus: 1 on the group "cpu"; or add a group that has them and name it as workerGroup .*JOB-02/s,
  );
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8 });
  expect(() => descriptor(env)).toThrow(/Fix: gpus: 1 on the group "cpu"; or workerGroup: "gpu", which has them .*JOB-02/s);
});

test.each([
  ['Captions', BACKFILL, /features\/Captions: id: got "Captions"/],
  ['captions', { ...BACKFILL, udf: 'features/caption.py' }, /features\/captions: udf: got "features\/caption\.py", expected module:function/],
  ['captions', { ...BACKFILL, table: 'images.lance' }, /table: got "images\.lance", expected an absolute path or a URL/],
  ['captions', { ...BACKFILL, columns: ['width'] }, /features\/captions: columns: got .*"caption".*"width".*, expected either column or columns/],
  ['captions', { ...BACKFILL, column: undefined }, /features\/captions: column: got nothing, expected either column or columns/],
  ['captions', { ...BACKFILL, column: undefined, columns: [] }, /columns: got \[\], expected names of columns, each once/],
  ['captions', { ...BACKFILL, column: undefined, columns: ['width', 'width'] }, /columns: got \["width","width"\], expected names of columns, each once/],
  ['captions', { ...BACKFILL, column: '' }, /column: got "", expected names of columns, each once/],
  ['captions', { ...BACKFILL, concurrency: 0 }, /concurrency: got 0/],
  ['captions', { ...BACKFILL, cpusPerWorker: -1 }, /cpusPerWorker: got -1, expected a number above 0/],
  ['captions', { ...BACKFILL, commitEvery: 0 }, /commitEvery: got 0/],
  ['captions', { ...BACKFILL, retries: -1 }, /retries: got -1/],
  ['captions', { ...BACKFILL, batchTimeout: Duration.seconds(0) }, /batchTimeout: got 0, expected a number above 0/],
  ['captions', { ...BACKFILL, checkpointRows: 1.5 }, /checkpointRows: got 1\.5/],
])('%s: a value that can not be meant is refused', (id, options, message) => {
  expect(() => environment().addBackfill(id, options)).toThrow(message);
});

describe('a materialized view', () => {
  const view = { source: 's3://acme/images.lance', destination: 's3://acme/cats.lance' };
  const mood = { column: 'mood', udf: 'features.cats:mood' };

  test.each([
    [{ select: ['jpeg', 'jpeg'] }, /features\/cats: select: got .*jpeg.* twice\", expected names of columns, each once in select and columns together\./],
    [{ columns: [mood, mood] }, /features\/cats: columns: got .*mood.* twice/],
    [{ columns: [mood, { columns: ['size', 'mood'], udf: 'a:b' }] }, /features\/cats: columns: got .*mood.* twice/],
    [{ select: ['mood'], columns: [mood] }, /features\/cats: columns: got .*mood.* twice.*Fix: rename it, or leave it out of select/s],
  ])('%j: a column twice is refused', (options, message) => {
    expect(() => environment().addMaterializedView('cats', { ...view, ...options })).toThrow(message);
  });

  test('is not the table of another, however that is written', () => {
    const env = environment();
    env.addMaterializedView('cats', view);
    env.addMaterializedView('dogs', { ...view, destination: 's3://acme//cats.lance/' });
    expect(() => descriptor(env)).toThrow(/job "dogs" destination: got "s3:\/\/acme\/\/cats\.lance\/", expected a table of its own: that is the view "cats"\..*JOB-14/s);
  });

  test('is not its own source, however that is written', () => {
    const env = environment();
    env.addMaterializedView('cats', { source: '/a/x.lance', destination: 'file:///a//x.lance/' });
    expect(() => descriptor(env)).toThrow(/job "cats" source: got "\/a\/x\.lance", expected a table that is not made from the view's own, file:.*JOB-10/s);
  });
});

describe('what a patch makes of the cluster', () => {
  const cpus = '/spec/workerGroupSpecs/0/template/spec/containers/0/resources/limits/cpu';

  test.each([
    ['has fewer workers', JsonPatch.replace('/spec/workerGroupSpecs/0/maxReplicas', 1), /job "captions" concurrency: got 8, expected at most 2: .*JOB-03/s],
    ['has no workers', JsonPatch.replace('/spec/workerGroupSpecs/0/maxReplicas', 0), /job "captions" workerGroup: got "cpu", expected a worker group with maxReplicas above 0.*JOB-12/s],
    ['calls the group otherwise', JsonPatch.replace('/spec/workerGroupSpecs/0/groupName', 'other'), /job "captions" workerGroup: got "cpu", expected one of "other"\..*JOB-01/s],
    ['has no groups', JsonPatch.remove('/spec/workerGroupSpecs'), /job "captions" workerGroup: got "cpu", expected at least one worker group.*JOB-01/s],
    ['has smaller workers', JsonPatch.replace(cpus, '1'), /job "captions" cpusPerWorker: got 2, expected at most 1.*JOB-02/s],
    ['tells Ray of fewer CPUs', JsonPatch.add('/spec/workerGroupSpecs/0/rayStartParams/num-cpus', '1'), /job "captions" cpusPerWorker: got 2, expected at most 1.*JOB-02/s],
    ['has workers without their label', JsonPatch.remove('/spec/workerGroupSpecs/0/labels'), /job "captions" workerGroup: got "cpu".*give the group back the label.*JOB-13/s],
  ])('a job hears that the cluster %s', (_what, patch, message) => {
    const env = environment();
    env.addBackfill('captions', { ...BACKFILL, workerGroup: 'cpu', cpusPerWorker: 2, concurrency: 8 });
    expect(() => descriptor(env)).not.toThrow();
    ApiObject.of(env.cluster).addJsonPatch(patch);
    expect(() => descriptor(env)).toThrow(message);
  });

  test('is what the descriptor tells', () => {
    const env = environment();
    ApiObject.of(env.cluster).addJsonPatch(
      JsonPatch.replace('/spec/headGroupSpec/template/spec/containers/0/image', 'ghcr.io/acme/other:2'),
      JsonPatch.replace('/spec/workerGroupSpecs/0/maxReplicas', 3),
      JsonPatch.replace(cpus, '8'),
    );
    expect(descriptor(env)).toMatchObject({ rayCluster: { image: 'ghcr.io/acme/other:2' }, workerGroups: [{ name: 'cpu', cpus: 8, maxReplicas: 3 }] });
  });
});

test('a job names no worker group where the operator gives workers no label to be found by', () => {
  const env = environment({ kuberay: KubeRayVersion.V1_4, authentication: Authentication.NONE });
  env.addBackfill('captions', BACKFILL);
  expect(() => descriptor(env)).not.toThrow();
  env.addBackfill('titles', { ...BACKFILL, column: 'title', workerGroup: 'cpu' });
  expect(() => descriptor(env)).toThrow(/job "titles" workerGroup: got "cpu", expected none: KubeRay 1\.4 .*KubeRayVersion\.V1_5; or drop workerGroup.*JOB-13/s);
});
