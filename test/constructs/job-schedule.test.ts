import { writeFileSync } from 'fs';
import { join } from 'path';
import { Cron, Duration } from 'cdk8s';
import { descriptor, environment, Manifest, manifests, newChart, only } from './synthesized';
import {
  Authentication, BundleRoot, BundleStore, ComputeEnvironment, ComputeEnvironmentProps, JobSchedule, NetworkIsolation, Rules,
  ScheduleSubmitterOptions, WorkspaceBundle,
} from '../../src';
import { loadStack } from '../../src/submitter/stack';
import { withoutUnknownFields } from '../crds/strict-core';
import { temporaryDirectory, tree } from '../temporary-directory';

const BACKFILL = { table: 's3://acme/images.lance', column: 'caption', udf: 'features.caption:caption' };
const NIGHTLY = { cron: Cron.schedule({ minute: '0', hour: '3' }) };

function scheduled(schedule: JobSchedule = NIGHTLY, props: Partial<ComputeEnvironmentProps> = {}): ComputeEnvironment {
  const env = environment({ scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' }, ...props });
  env.addBackfill('captions', { ...BACKFILL, schedule });
  return env;
}

function pod(objects: Manifest[]): any {
  return only(objects, 'CronJob').spec.jobTemplate.spec.template.spec;
}

test('a job is submitted at its times, once each, and never beside itself', () => {
  const objects = manifests(scheduled());
  const { metadata, spec } = only(objects, 'CronJob');
  expect(metadata.name).toBe('features-captions');
  expect(spec).toMatchObject({
    schedule: '0 3 * * *',
    timeZone: 'Etc/UTC',
    suspend: false,
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 600,
    jobTemplate: { spec: { activeDeadlineSeconds: 86400, backoffLimit: 2 } },
  });
  const cluster = only(objects, 'RayCluster').metadata.name;
  expect(pod(objects).containers[0]).toMatchObject({
    image: 'ghcr.io/acme/submitter:1',
    command: ['geneva-stack'],
    args: ['submit', 'captions', '--stack', '/etc/geneva-stack', '--target', `http://${cluster}-head-svc.features.svc:8265`, '--run-key', '$(RUN_KEY)', '--allow-plain-http'],
  });
  expect(pod(objects).containers[0].env).toContainEqual({ name: 'RAY_AUTH_TOKEN', valueFrom: { secretKeyRef: { name: cluster, key: 'auth_token' } } });
});

test('every object has only fields that Kubernetes knows', () => {
  const objects = manifests(scheduled()).filter(({ kind }) => ['CronJob', 'ServiceAccount', 'ConfigMap', 'NetworkPolicy'].includes(kind));
  expect(objects.map(withoutUnknownFields)).toEqual(objects);
});

test('the submitter has no rights, no token of Kubernetes, and passes the restricted pod security', () => {
  const objects = manifests(scheduled());
  const { serviceAccountName, automountServiceAccountToken, securityContext, containers } = pod(objects);
  expect(serviceAccountName).toBe('features-submitter');
  expect(automountServiceAccountToken).toBe(false);
  const subjects = objects.filter(({ kind }) => kind === 'RoleBinding').flatMap((binding) => binding.subjects);
  expect(subjects).not.toContainEqual(expect.objectContaining({ name: 'features-submitter' }));
  expect(securityContext).toEqual({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } });
  expect(containers[0].securityContext).toEqual({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true });
});

test('the command line finds the stack in what is mounted, and the environment in what is applied', () => {
  const env = scheduled();
  const directory = temporaryDirectory();
  Object.entries(only(manifests(env), 'ConfigMap', 'features-submitter').data as Record<string, string>)
    .forEach(([name, text]) => writeFileSync(join(directory, name), text));
  const inManifests = JSON.parse(only(manifests(env), 'ConfigMap', 'features-stack').data['stack.json'] as string);
  expect(loadStack(directory).descriptor).toEqual(inManifests);
});

test('the way from the submitter to the head is open, and no other', () => {
  const objects = manifests(scheduled(NIGHTLY, { networkIsolation: NetworkIsolation.enforced({ submitterNamespaces: { team: 'else' } }) }));
  const label = { 'geneva-constructs/submits-to': 'features' };
  expect(only(objects, 'CronJob').spec.jobTemplate.spec.template.metadata.labels).toEqual(label);
  expect(only(objects, 'NetworkPolicy', 'features-submitter-to-head').spec.ingress).toEqual([{ from: [{ podSelector: { matchLabels: label } }], ports: [{ port: 8265, protocol: 'TCP' }] }]);
  const { podSelector, policyTypes, egress } = only(objects, 'NetworkPolicy', 'features-submitter').spec;
  expect(podSelector).toEqual({ matchLabels: label });
  expect(policyTypes).toEqual(['Ingress', 'Egress']);
  expect(egress.map(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port))).toEqual([[8265], [53, 53], [443]]);
});

test('without isolation, authentication or a schedule there is nothing of each', () => {
  const open = manifests(scheduled(NIGHTLY, { networkIsolation: NetworkIsolation.none(), authentication: Authentication.NONE }));
  expect(open.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
  expect(pod(open).containers[0].args).not.toContain('--allow-plain-http');
  expect(pod(open).containers[0].env.map(({ name }: { name: string }) => name)).not.toContain('RAY_AUTH_TOKEN');
  const env = environment({ scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' } });
  env.addBackfill('captions', BACKFILL);
  expect(manifests(env).map(({ kind }) => kind)).not.toContain('CronJob');
});

test('two schedules share an account; what is set is what is emitted', () => {
  const env = scheduled();
  env.addMaterializedView('cats', {
    source: 's3://acme/images.lance',
    destination: 's3://acme/cats.lance',
    schedule: { cron: Cron.hourly(), timeZone: 'Europe/Berlin', timeLimit: Duration.minutes(50), suspended: true },
  });
  const objects = manifests(env);
  expect(objects.filter(({ metadata }) => metadata.name === 'features-submitter').map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ConfigMap', 'NetworkPolicy']);
  expect(only(objects, 'CronJob', 'features-cats').spec).toMatchObject({
    schedule: '0 * * * *', timeZone: 'Europe/Berlin', suspend: true, jobTemplate: { spec: { activeDeadlineSeconds: 3000 } },
  });
  expect(descriptor(env).jobs).toHaveLength(2);
});

test('a schedule with nothing to submit it is refused', () => {
  expect(() => environment().addBackfill('captions', { ...BACKFILL, schedule: NIGHTLY })).toThrow(/test\/features: scheduleSubmitter: got "nothing for job \\"captions\\""/);
});

describe('the code of a schedule', () => {
  function shipping(scheduleSubmitter: Partial<ScheduleSubmitterOptions>): ComputeEnvironment {
    const chart = newChart();
    const workspace = new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(tree({ 'features/caption.py': 'x = 1\n' }))], store: BundleStore.local('/store') });
    const env = environment({ workspace, scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1', ...scheduleSubmitter } }, chart);
    env.addBackfill('captions', { ...BACKFILL, schedule: NIGHTLY });
    return env;
  }

  test('is published by the submitter, from its image', () => {
    const env = shipping({ stackDirectory: '/app/dist' });
    expect(pod(manifests(env)).containers[0].args).toContain('/app/dist');
    expect(pod(manifests(env)).volumes).toEqual([{ name: 'scratch', emptyDir: {} }]);
    expect(Rules.advice(env)).toEqual([]);
  });

  test('is published by somebody else, which is advice to see to', () => {
    const env = shipping({});
    expect(Rules.advice(env)).toEqual([expect.stringMatching(/^advice: test\/features\/Submitter: scheduleSubmitter\.stackDirectory: got nothing.*JOB-09/s)]);
    Rules.acknowledge(env, 'JOB-09', 'the pipeline publishes before it applies');
    expect(pod(manifests(env)).containers[0].args).toContain('/etc/geneva-stack');
  });

  test('is in the image where there is no workspace', () => {
    expect(Rules.advice(scheduled())).toEqual([]);
  });
});

test.each([
  [{ cron: new Cron({ minute: '61' }) }, /Submitter\/CronJob-captions\] schedule: got "61 \* \* \* \*".*JOB-05/s],
  [{ ...NIGHTLY, timeZone: 'CET' }, /timeZone: got "CET".*JOB-06/s],
  [{ ...NIGHTLY, timeLimit: Duration.seconds(0) }, /job "captions" timeLimit: got "0 seconds"/],
])('a schedule that can not be meant is refused', (schedule, message) => {
  expect(() => manifests(scheduled(schedule))).toThrow(message);
});

test('a job of any name has a CronJob whose runs can be named', () => {
  const env = environment({ scheduleSubmitter: { image: 'ghcr.io/acme/submitter:1' } });
  env.addBackfill('n'.repeat(60), { ...BACKFILL, schedule: NIGHTLY });
  expect(only(manifests(env), 'CronJob').metadata.name.length).toBeLessThanOrEqual(52);
});
