import { KubernetesClient, KubeObject, until } from './kubernetes-client';
import { wholeCluster, wholeJob, wholeService } from './whole-object';
import { RayObject } from '../../src/spec/ray-object';
import { Rule } from '../../src/spec/rules/rule';
import { TestBed } from '../../tools/testbed/test-bed';
import { RuleCase } from '../spec/rules/describe-rule';
import { RAY_CLUSTER_CASES, RAY_CLUSTER_NAME_CASES, RAY_CLUSTER_OBJECT_CASES } from '../spec/rules/ray-cluster.cases';
import { RAY_JOB_CASES, RAY_JOB_NAME_CASES } from '../spec/rules/ray-job.cases';
import { RAY_SERVICE_CASES, RAY_SERVICE_NAME_CASES, RAY_SERVICE_OBJECT_CASES } from '../spec/rules/ray-service.cases';

/** The release of the operator in the test bed. */
const OPERATOR = '1.6';
/** What the operator says of an object that it does not act on; not what it says of an object that changes under its hands. */
const REFUSAL = /^(Invalid|FailedToCreate|FailedCreate|RayClusterNotFound)/;
/** Everything that is refused has been by then; what is not needs a time after which we believe it. */
const PATIENCE_MS = 25_000;

jest.setTimeout(300_000);

interface Trial {
  readonly rule: Rule<never>;
  /** Ways to make the failing case a whole object: one that is refused is enough. */
  readonly objects: KubeObject[];
}

const trials = [
  ...trialsOf(RAY_CLUSTER_CASES, 'RayCluster', (spec) => [wholeCluster(spec), wholeCluster({ enableInTreeAutoscaling: true, ...spec })].map((whole) => ({ spec: whole }))),
  ...trialsOf(RAY_CLUSTER_OBJECT_CASES, 'RayCluster', ({ metadata, spec }: RayObject<object>) => [{ metadata, spec: wholeCluster(spec) }]),
  ...trialsOf(RAY_CLUSTER_NAME_CASES, 'RayCluster', (name) => [{ metadata: { name }, spec: wholeCluster() }]),
  ...trialsOf(RAY_JOB_CASES, 'RayJob', (spec) => [{ spec: spec.rayClusterSpec || spec.clusterSelector || Object.keys(spec).length > 0 ? wholeJob(spec) : spec }]),
  ...trialsOf(RAY_JOB_NAME_CASES, 'RayJob', (name) => [{ metadata: { name }, spec: wholeJob({}) }]),
  ...trialsOf(RAY_SERVICE_CASES, 'RayService', (spec) => [{ spec: wholeService(spec) }]),
  ...trialsOf(RAY_SERVICE_OBJECT_CASES, 'RayService', ({ metadata, spec }: RayObject<object>) => [{ metadata, spec: wholeService(spec) }]),
  ...trialsOf(RAY_SERVICE_NAME_CASES, 'RayService', (name) => [{ metadata: { name }, spec: wholeService({}) }]),
];

let bed: TestBed;
let workers: KubeObject[];
let refusals: Map<string, string>;

beforeAll(async () => {
  bed = await TestBed.start({ nodes: 'fake' });
  const client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  const namespace = await client.newNamespace('agreement');
  refusals = await outcomes(client, [...trials.flatMap(({ objects }) => objects), ...CONTROLS], namespace);
  workers = await client.list('v1', 'Pod', namespace, 'ray.io/node-type=worker');
});

afterAll(async () => bed?.stop());

/** What every case is made whole with. */
const CONTROLS: KubeObject[] = [
  { kind: 'RayCluster', spec: wholeCluster() },
  { kind: 'RayCluster', spec: wholeCluster({ enableInTreeAutoscaling: true, workerGroupSpecs: [{ groupName: 'cpu', minReplicas: 0, maxReplicas: 2, template: { spec: { containers: [{ name: 'ray-worker', image: 'ray' }] } } }] }) },
  { kind: 'RayJob', spec: wholeJob({}) },
  { kind: 'RayService', spec: wholeService({}) },
].map((object, index) => ({ apiVersion: 'ray.io/v1', metadata: { name: `control-${index}` }, ...object }));

test.each(CONTROLS.map((object) => [object.kind, object] as const))('a %s that breaks no rule is not refused', (_kind, object) => {
  expect(refusals.get(object.metadata.name)).toBeUndefined();
});

describe.each([...new Set(trials.map(({ rule }) => rule))].map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const mine = trials.filter((trial) => trial.rule === rule);
  if (rule.since !== undefined && Number(rule.since) > Number(OPERATOR)) {
    test.skip(`is of KubeRay ${rule.since}; the test bed has ${OPERATOR}`, () => undefined);
  } else if (rule.unconfirmed === undefined) {
    test('the API server or the operator refuses what breaks it', () => {
      const taken = mine.filter(({ objects }) => objects.every(({ metadata }) => !refusals.has(metadata.name)));
      expect(taken.map(({ objects }) => JSON.stringify(objects[0].spec))).toEqual([]);
    });
  } else {
    test(`${id} is taken without a word, as the catalogue says`, () => {
      const taken = mine.filter(({ objects }) => objects.every(({ metadata }) => !refusals.has(metadata.name)));
      expect(taken).not.toEqual([]);
    });
  }
});

test('RAY-P6: three workers of at most two are two, without a word', () => {
  const [{ objects: [{ metadata: { name }, spec }] }] = trials.filter(({ rule }) => rule.id === 'RAY-P6');
  expect(spec.workerGroupSpecs[0]).toMatchObject({ replicas: 3, maxReplicas: 2 });
  expect(workers.filter(({ metadata: { labels } }) => labels!['ray.io/cluster'] === name)).toHaveLength(2);
});

test('NAME-05: two groups of one name count the workers of each other', () => {
  const [{ objects: [{ metadata: { name }, spec }] }] = trials.filter(({ rule }) => rule.id === 'NAME-05');
  expect(spec.workerGroupSpecs.map(({ replicas }: { replicas: number }) => replicas)).toEqual([1, 1]);
  expect(workers.filter(({ metadata: { labels } }) => labels!['ray.io/cluster'] === name)).toHaveLength(1);
});

function trialsOf<Subject>(cases: RuleCase<Subject>[], kind: string, whole: (subject: any) => object[]): Trial[] {
  return cases
    .filter(({ rule, target }) => rule.severity === 'error' && (target === undefined || target.kuberay === OPERATOR))
    .map(({ rule, fails }, index) => ({
      rule: rule as Rule<never>,
      objects: whole(fails).map((parts, way) => ({ apiVersion: 'ray.io/v1', kind, metadata: { name: `${kind.toLowerCase()}-${rule.id.toLowerCase()}-${index}-${way}` }, ...named(parts, `${index}-${way}`) })),
    }));
}

/** Objects that bring a name or annotations of their own. */
function named(parts: any, suffix: string): object {
  if (!parts.metadata) { return parts; }
  return { ...parts, metadata: parts.metadata.annotations ? { ...parts.metadata, name: `object-${suffix}` } : parts.metadata };
}

/** Creates all, and returns what was said of those that were refused, by name. */
async function outcomes(client: KubernetesClient, objects: KubeObject[], namespace: string): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const taken: KubeObject[] = [];
  for (const object of objects) {
    const whole = { ...object, metadata: { ...object.metadata, namespace } };
    const { status, body } = await client.create(whole);
    if (status === 201) { taken.push(whole); } else { refused.set(object.metadata.name, body.message); }
  }
  const deadline = Date.now() + PATIENCE_MS;
  await until('each object is refused, or time is up', async () => {
    const events = (await client.list('v1', 'Event', namespace)).filter(({ type, reason }) => type === 'Warning' && REFUSAL.test(reason));
    for (const { metadata: { name } } of taken) {
      const event = events.find(({ involvedObject }) => involvedObject.name === name || involvedObject.name.startsWith(`${name}-`));
      if (event) { refused.set(name, `${event.reason}: ${event.message}`); }
    }
    return taken.every(({ metadata: { name } }) => refused.has(name)) || Date.now() > deadline;
  }, PATIENCE_MS + 30_000);
  return refused;
}
