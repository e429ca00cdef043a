import { EnvVar } from '../kubernetes-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { ownedSettings } from './operator-owned';
import { allGroups } from './ray-cluster-fields';
import { refused } from './refused';
import { Rule } from './rule';

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';
const COLLECTOR = 'historyServerOptions.collectorOptions';
const COLLECTOR_CONTAINER = 'ray-history-collector';
const OWNED = { env: ['POD_IP', 'FQ_RAY_IP', 'RAY_CLUSTER_NAME', 'RAY_CLUSTER_NAMESPACE', 'RAY_ROLE', 'OWNER_KIND', 'OWNER_NAME', 'EVENTS_PORT'] };

/** Variables that a kind of store needs: one of each list. Azure has its own. */
const NEEDED: Record<string, string[][]> = {
  GCS: [['GCS_BUCKET']],
  S3: [['S3_REGION']],
  ALIYUNOSS: [['OSS_BUCKET'], ['OSS_ENDPOINT'], ['OSS_REGION']],
};

const AZURE_NEEDED: Record<string, string[][]> = {
  connection_string: [['AZURE_STORAGE_CONNECTION_STRING']],
  workload_identity: [['AZURE_STORAGE_ACCOUNT_URL']],
  default: [['AZURE_STORAGE_ACCOUNT_URL']],
};
const AZURE_EITHER = [['AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_ACCOUNT_URL']];

export const collectorHasAnImage: Rule<RayClusterV1Spec> = {
  id: 'RAY-S5',
  title: 'The collector of the history server has an image, and its name and variables to itself.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7; its feature gate is VER-04',
  why: REFUSED,
  check: (spec) => {
    const { historyServerOptions: options } = spec;
    return options === undefined ? [] : [
      ...refused(!options.collectorOptions?.image, `${COLLECTOR}.image`, options.collectorOptions?.image, 'the image of the collector'),
      ...ownedSettings(COLLECTOR, { env: options.collectorOptions?.env }, OWNED),
      ...allGroups(spec).flatMap(({ at, group }) => refused(
        group.template.spec.containers.some(({ name }) => name === COLLECTOR_CONTAINER), `${at}.template.spec.containers`, COLLECTOR_CONTAINER, 'a container of another name',
      )),
    ];
  },
};

export const collectorKnowsItsStore: Rule<RayClusterV1Spec> = {
  id: 'RAY-S5b',
  title: 'The collector of the history server knows where to put what it collects.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7',
  why: REFUSED,
  check: ({ historyServerOptions: options }) => {
    if (!options?.collectorOptions) {
      return [];
    }
    const env = options.collectorOptions.env ?? [];
    const at = `${COLLECTOR}.env`;
    const store = literal(env, 'STORAGE_BACKEND');
    return store === '' ? refused(true, `${at}[STORAGE_BACKEND]`, undefined, 'the kind of store, written out: GCS, S3, AZUREBLOB or ALIYUNOSS') :
      needed(store, env).filter((names) => !names.some((name) => isSet(env, name))).flatMap((names) => refused(true, `${at}[${names[0]}]`, undefined, `a value for ${names.join(' or ')} with ${store}`));
  },
};

function needed(store: string, env: EnvVar[]): string[][] {
  return store === 'AZUREBLOB' ? AZURE_NEEDED[literal(env, 'AZURE_STORAGE_AUTH_MODE').toLowerCase()] ?? AZURE_EITHER : NEEDED[store] ?? [];
}

function literal(env: EnvVar[], name: string): string {
  return (env.find((variable) => variable.name === name)?.value ?? '').trim().toUpperCase();
}

function isSet(env: EnvVar[], name: string): boolean {
  return env.some((variable) => variable.name === name && (Boolean(variable.value) || variable.valueFrom !== undefined));
}
