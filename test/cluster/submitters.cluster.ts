import { join } from 'path';
import { IMAGE, ROWS, SUBMITTER } from './features-bed';
import { FeaturesCluster } from './features-cluster';
import { FeaturesStack } from './features-stack';
import { hasCondition, KubeObject, until } from './kubernetes-client';
import { RunReport } from '../../src/submitter/run-report';

const REPOSITORY = join(__dirname, '..', '..');
/** Where a submitter's pod has this package. */
const PACKAGE = '/srv/geneva-constructs';

jest.setTimeout(1_200_000);

let cluster: FeaturesCluster;
beforeAll(async () => { cluster = await FeaturesCluster.start(); }, 1_800_000);
afterAll(async () => cluster?.stop(), 60_000);

/** Ids of all Ray jobs of the environment that belong to a run. */
async function jobsOf(run: string): Promise<string[]> {
  const script = 'import os,urllib.request as u;print(u.urlopen(u.Request("http://127.0.0.1:8265/api/jobs/",headers={"x-ray-authorization":"Bearer "+os.environ["RAY_AUTH_TOKEN"]})).read().decode())';
  const [head] = await cluster.admin.list('v1', 'Pod', SUBMITTER.namespace, 'ray.io/node-type=head');
  const { stdout } = await cluster.admin.exec(head, 'python', '-c', script);
  return (JSON.parse(stdout) as { submission_id: string }[]).map(({ submission_id: id }) => id).filter((id) => id?.startsWith(run)).sort();
}

test('two submitters at once on the same job follow one run', async () => {
  const both = [1, 2].map(() => cluster.stack.start(cluster.kubeconfig, 'submit', 'lengths', '--output', 'json'));
  const reports = (await Promise.all(both.map(({ ended }) => ended))).map(({ stdout }) => JSON.parse(stdout) as RunReport);
  expect(reports.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  expect(reports[0].run).toBe(reports[1].run);
  expect(await jobsOf(reports[0].run)).toEqual([`${reports[0].run}-1`]);
  expect(cluster.right('length')).toBe(ROWS);
});

test('two submitters at once, on two machines, with the same run key follow one run', async () => {
  const both = [1, 2].map(() => cluster.stack.startElsewhere(cluster.kubeconfig, 'submit', 'slow-lengths', '--run-key', 'nightly-1', '--output', 'json'));
  const reports = (await Promise.all(both.map(({ ended }) => ended))).map(({ stdout }) => JSON.parse(stdout) as RunReport);
  expect(reports.map(({ status, rows }) => [status, rows])).toEqual([['succeeded', ROWS], ['succeeded', ROWS]]);
  expect(reports[0].run).toBe(reports[1].run);
  expect(await jobsOf(reports[0].run)).toEqual([`${reports[0].run}-1`]);
  expect(cluster.right('slow')).toBe(ROWS);
});

test('a pod of the cluster submits without a kubeconfig, straight to the head, by the stack that is applied', async () => {
  const pod = submitterPod('submit', 'lengths', '--target', 'cluster', '--stack', 'cm://features/features-stack', '--set', 'where=true', '--run-key', 'in-pod', '--output', 'json');
  await cluster.admin.apply([pod]);
  const ended = await until('it has ended', async () => {
    const now = await cluster.admin.get(pod);
    return /Succeeded|Failed/.test(now?.status.phase ?? '') && now;
  }, 400_000);
  const printed = (await cluster.admin.followLog(pod)).map(({ text }) => text).join('');
  expect(ended.status.phase === 'Succeeded' ? '' : printed).toBe('');
  const report = JSON.parse(printed.slice(printed.indexOf('{\n'))) as RunReport;
  expect(report).toMatchObject({ status: 'succeeded', rows: ROWS, target: 'cluster://features/features' });
});

test('a run that may go on in the old cluster of a changed environment is not begun again in the new one', async () => { // by somebody who may see both: the role of submitters names the cluster that is applied
  const slow = ['submit', 'slow-lengths', '--set', 'where=true'];
  const first = JSON.parse((await cluster.stack.start(cluster.bed.kubeconfig, ...slow, '--detach', '--output', 'json').ended).stdout) as RunReport;
  const changed = new FeaturesStack({ workerGib: 3, sameMachine: cluster.stack });
  const old = cluster.stack.object('RayCluster');
  expect(changed.object('RayCluster').metadata.name).not.toBe(old.metadata.name);
  await applyChanges(changed);
  await until('the new cluster is ready', async () => hasCondition(await cluster.rayCluster(changed), 'HeadPodReady'), 400_000);
  const refused = await changed.start(cluster.bed.kubeconfig, ...slow).ended;
  expect(refused).toMatchObject({ code: 8, stderr: expect.stringContaining(`geneva-stack attach ${first.run} follows it there`) as string });
  expect(refused.stderr).toContain('RUN_ELSEWHERE');
  await cluster.admin.delete(old);
  await until('the old cluster is gone', async () => (await cluster.rayCluster()) === undefined, 400_000);
  const { code, stdout, stderr } = await changed.start(cluster.bed.kubeconfig, ...slow, '--output', 'json').ended;
  expect(code === 0 ? '' : stdout + stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ run: first.run, status: 'succeeded', attempts: [{ status: 'lost' }, { status: 'succeeded' }] });
});

/** Applies what is new of a stack, and what may change of an environment: its descriptor, and who may do what. */
async function applyChanges(stack: FeaturesStack): Promise<void> {
  for (const object of stack.objects) {
    if ((await cluster.admin.get(object)) === undefined) { await cluster.admin.apply([object]); }
    if (object.kind === 'ConfigMap' || object.kind === 'Role') { await cluster.admin.replace(object); }
  }
}

/** As a submitter's image would be: this package, and who may submit. */
function submitterPod(...args: string[]): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'submitter', namespace: SUBMITTER.namespace },
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: SUBMITTER.name,
      volumes: [{ name: 'package', hostPath: { path: REPOSITORY } }],
      containers: [{
        name: 'submitter',
        image: IMAGE,
        command: [process.execPath, `${PACKAGE}/lib/cli/main.js`, ...args],
        volumeMounts: [{ name: 'package', mountPath: PACKAGE, readOnly: true }],
        env: [{ name: 'GENEVA_STACK_STATE', value: '/tmp/state' }, { name: 'XDG_CACHE_HOME', value: '/tmp/cache' }],
      }],
    },
  };
}
