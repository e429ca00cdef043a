import { Cron, Duration } from 'cdk8s';
import { descriptor, environment, Manifest, manifests } from './synthesized';
import { Authentication, KubeRayVersion, RunClusterOptions } from '../../src';
import { PolicyRule } from '../../src/spec/pod-access';
import { isGranted } from '../../src/submitter/kubernetes/access';
import { ApiServer } from '../../src/submitter/kubernetes/api-server';
import { RunCluster } from '../../src/submitter/kubernetes/run-cluster';

const JOB = { table: '/data/docs.lance', column: 'words', udf: 'features.text:word_count' };

function withRunClusters(props: object = {}, runClusters?: RunClusterOptions) {
  const env = environment({ kuberay: KubeRayVersion.V1_6, ...props, ...(runClusters ? { runClusters } : {}) });
  env.addBackfill('own', { ...JOB, clusterPerRun: true });
  env.addBackfill('shared', JOB);
  return env;
}

test('the clusters of runs are like that of the environment, with its token, and with an end', () => {
  const { runClusters, rayCluster: { name } } = descriptor(withRunClusters());
  const lasting = manifests(withRunClusters()).find(({ kind }) => kind === 'RayCluster')!.spec;
  expect(runClusters).toEqual({
    jobs: ['own'],
    rayJob: {
      metadata: { labels: { 'geneva-constructs/run-of': 'features' } },
      spec: {
        entrypoint: 'python -m backfill_runtime',
        submissionMode: 'InteractiveMode',
        rayClusterSpec: { ...lasting, authOptions: { mode: 'token', secretName: name } },
        shutdownAfterJobFinishes: true,
        ttlSecondsAfterFinished: 60,
        activeDeadlineSeconds: 86_400,
        preRunningDeadlineSeconds: 1_800,
        backoffLimit: 0,
      },
    },
  });
});

test('their limits are those of the environment', () => {
  const limits = { timeLimit: Duration.minutes(20), keepFinished: Duration.seconds(0) };
  const { spec } = descriptor(withRunClusters({}, limits)).runClusters!.rayJob;
  expect(spec).toMatchObject({ activeDeadlineSeconds: 1_200, preRunningDeadlineSeconds: 600, ttlSecondsAfterFinished: 0 });
  expect(() => withRunClusters({}, { startLimit: Duration.millis(10) })).toThrow('runClusters.startLimit: got "0.01 seconds", expected whole seconds, at least 1');
});

test('without a job that has them there is nothing of them', () => {
  const env = environment({ kuberay: KubeRayVersion.V1_6 });
  env.addBackfill('shared', JOB);
  expect(descriptor(env).runClusters).toBeUndefined();
});

test('without a token there is none in them', () => {
  const { rayJob } = descriptor(withRunClusters({ authentication: Authentication.NONE })).runClusters!;
  expect((rayJob.spec.rayClusterSpec as { authOptions?: object }).authOptions).toBeUndefined();
});

test('a KubeRay that would never end what nobody submits to is refused', () => {
  expect(() => withRunClusters({ kuberay: KubeRayVersion.V1_5 })).toThrow('job "own" clusterPerRun: got "KubeRay 1.5", expected 1.6 or newer');
});

test('a schedule, whose submitter may not make clusters, is refused', () => {
  const env = environment({ kuberay: KubeRayVersion.V1_6, scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' } });
  expect(() => env.addBackfill('own', { ...JOB, clusterPerRun: true, schedule: { cron: Cron.daily() } })).toThrow('job "own" clusterPerRun: got "true, with a schedule"');
});

test('the role of submitters grows by what they take, and by no more, only where there is such a job', () => {
  const env = withRunClusters();
  env.addSubmitters({ users: ['ada'] });
  const { rules } = manifests(env).find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'features-submit') as Manifest & { rules: PolicyRule[] };
  expect(rules.filter(({ resources }) => !resources.includes('pods') && !resources.includes('configmaps'))).toEqual([
    { apiGroups: [''], resources: ['services/proxy'], verbs: ['get', 'create'] },
    { apiGroups: ['ray.io'], resources: ['rayclusters'], verbs: ['get'] },
    { apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['get', 'list', 'create', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: [descriptor(env).rayCluster.name] },
  ]);
  const { access } = new RunCluster(undefined as unknown as ApiServer, descriptor(env), 'any');
  expect(Object.values(access).filter((one) => !isGranted(one, rules))).toEqual([]);
});
