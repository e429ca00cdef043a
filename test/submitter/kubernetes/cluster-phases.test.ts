import { clusterPhases, ClusterSnapshot } from '../../../src/submitter/kubernetes/cluster-phases';
import { CoreEvent, Pod, RayCluster } from '../../../src/submitter/kubernetes/objects';

const at = (second: number) => new Date(Date.UTC(2026, 10, 25, 12, 0, second)).toISOString().replace('.000', '');
const SINCE = Date.parse(at(10)) / 1000;

const CLUSTER: RayCluster = { metadata: { name: 'features-1', creationTimestamp: at(0) } };

function pod(type: 'head' | 'worker', name: string, created: number, scheduled?: number, ready?: number): Pod {
  const condition = (kind: string, when?: number) => ({ type: kind, status: when === undefined ? 'False' : 'True', lastTransitionTime: at(when ?? created) });
  return {
    metadata: { name, creationTimestamp: at(created), labels: { 'ray.io/node-type': type } },
    status: { conditions: [condition('PodScheduled', scheduled), condition('Ready', ready)] },
  };
}

const event = (podName: string, reason: string, when: number, message = ''): CoreEvent =>
  ({ metadata: { name: `${podName}.${reason}` }, reason, message, involvedObject: { kind: 'Pod', name: podName, fieldPath: 'spec.containers{ray-worker}' }, lastTimestamp: at(when) });

function phases(changes: Partial<ClusterSnapshot>): string[] {
  return clusterPhases({ since: SINCE, rayCluster: CLUSTER, pods: [], events: [], ...changes })
    .map(({ name, state, startedAt, seconds, note }) => [name, state, startedAt === null ? '-' : (Date.parse(startedAt) - Date.parse(at(0))) / 1000, seconds ?? '-', note ?? ''].join(' ').trim());
}

test('a head that is on its way: from the wish for it to its node, then until it is ready', () => {
  expect(phases({})).toEqual(['provision head running 0 -', 'initialize head waiting - -', 'provision workers waiting - -', 'download images waiting - -']);
  expect(phases({ pods: [pod('head', 'h', 1)] }).slice(0, 2)).toEqual(['provision head running 1 -', 'initialize head waiting - -']);
  expect(phases({ pods: [pod('head', 'h', 1, 41)] }).slice(0, 2)).toEqual(['provision head done 1 40', 'initialize head running 41 -']);
  expect(phases({ pods: [pod('head', 'h', 1, 41, 49)] }).slice(0, 2)).toEqual(['provision head done 1 40', 'initialize head done 41 8']);
});

test('of two heads the newer counts: the other was replaced', () => {
  expect(phases({ pods: [pod('head', 'old', 1, 2, 3), pod('head', 'new', 20, 25)] }).slice(0, 2)).toEqual(['provision head done 20 5', 'initialize head running 25 -']);
});

test('workers that were there before the run are none of its steps', () => {
  expect(phases({ pods: [pod('head', 'h', 1, 2, 3), pod('worker', 'w', 9, 9, 9)] })[2]).toBe('provision workers waiting - -');
});

test('workers come in waves: the time between them is not counted', () => {
  const pods = [pod('worker', 'a', 12, 20), pod('worker', 'b', 12, 22), pod('worker', 'c', 40, 45)];
  expect(phases({ pods })[2]).toBe('provision workers done 12 15');
  expect(phases({ pods: [...pods, pod('worker', 'd', 50)] })[2]).toBe('provision workers running 12 -');
});

test('images are pulled from Pulling to Pulled, and how long is told to the millisecond', () => {
  const pods = [pod('worker', 'a', 12, 13), pod('worker', 'b', 12, 13)];
  const pulling = [event('a', 'Pulling', 13), event('b', 'Pulling', 13)];
  expect(phases({ pods, events: pulling })[3]).toBe('download images running 13 -');
  const done = [event('a', 'Pulled', 20, 'Successfully pulled image "x" in 6.5s (6.5s including waiting). Image size: 1 bytes.'), event('b', 'Pulled', 90, 'Successfully pulled image "x" in 1.2s (1m16.25s including waiting). Image size: 1 bytes.')];
  expect(phases({ pods, events: [...pulling, ...done] })[3]).toBe('download images done 13.5 76.5');
});

test('images that the nodes have, and pods of others, are no downloads', () => {
  const events = [event('a', 'Pulled', 13, 'Container image "x" already present on machine'), event('other', 'Pulling', 13)];
  expect(phases({ pods: [pod('worker', 'a', 12, 13)], events })[3]).toBe('download images skipped - - the nodes had the images already');
});

test('what may not be seen says so', () => {
  expect(phases({ pods: 'not allowed to list pods in namespace features' })).toEqual(['provision head', 'initialize head', 'provision workers', 'download images'].map((name) => `${name} unseen - - not allowed to list pods in namespace features`));
  expect(phases({ events: 'not allowed to list events' })[3]).toBe('download images unseen - - not allowed to list events');
});
