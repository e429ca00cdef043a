import { JOB_METADATA_RAY } from '../kuberay-versions';
import { RayJobV1Spec } from '../ray-job-types';
import { isBefore } from '../versions';
import { refused } from './refused';
import { Rule, Violation } from './rule';

const REFUSED = 'The operator puts the job into ValidationFailed, which it never leaves, not even when the job is mended.';

/** Source: Ray 2.60, `RuntimeEnv.known_fields`; plugins of a cluster may add to them. */
const RUNTIME_ENV_KEYS = [
  'py_modules', 'py_executable', 'java_jars', 'working_dir', 'conda', 'pip', 'uv', 'container', 'excludes', 'env_vars', 'config',
  'worker_process_setup_hook', 'nsight', '_nsight', 'rocprof_sys', '_rocprof_sys', 'image_uri', 'mpi',
];

export const runtimeEnvIsAMap: Rule<RayJobV1Spec> = {
  id: 'JOB-J13',
  title: 'The runtime environment of a job is YAML, of a map; its variables are text.',
  severity: 'error',
  source: 'KubeRay validation.go; that variables are text: Ray runtime environments',
  why: REFUSED,
  unconfirmed: 'it parses the map; that a variable is no text is found by Ray, when the job starts',
  check: ({ runtimeEnvYAML: text }) => {
    const { value, problem } = parsed(text ?? '{}');
    if (problem !== undefined) {
      return refused(true, 'runtimeEnvYAML', problem, 'YAML of a map, such as "env_vars: {A: b}"');
    }
    return Object.entries(asMap(value?.env_vars) ?? {}).filter(([, variable]) => typeof variable !== 'string').flatMap(([name, variable]) =>
      refused(true, `runtimeEnvYAML.env_vars.${name}`, typeof variable, `text: "${String(variable)}" in quotes`));
  },
};

export const runtimeEnvIsKnown: Rule<RayJobV1Spec> = {
  id: 'JOB-J13b',
  title: 'The runtime environment of a job has keys that Ray knows.',
  severity: 'advice',
  source: 'Ray 2.60, runtime_env.py: other keys are ignored with a line in a log, unless a plugin takes them',
  why: 'What a misspelt key asks for does not happen, and nothing says so.',
  check: ({ runtimeEnvYAML: text }) => Object.keys(parsed(text ?? '{}').value ?? {}).filter((key) => !RUNTIME_ENV_KEYS.includes(key)).map((key) => ({
    at: `runtimeEnvYAML.${key}`,
    got: key,
    expected: `one of ${RUNTIME_ENV_KEYS.filter((known) => !known.startsWith('_')).sort().join(', ')}`,
    fix: 'spell it right, or write down which plugin takes it',
  })),
};

export const metadataNeedsRay: Rule<RayJobV1Spec> = {
  id: 'JOB-J15',
  title: 'Metadata of a job needs Ray 2.6.',
  severity: 'error',
  source: 'KubeRay common/job.go',
  why: 'The operator never submits the job.',
  unconfirmed: 'the job is never submitted, and waits until its deadline',
  check: ({ metadata, rayClusterSpec }) => refused(
    metadata !== undefined && isBefore(rayClusterSpec?.rayVersion ?? '', JOB_METADATA_RAY),
    'metadata', 'a value', `nothing with Ray ${rayClusterSpec?.rayVersion}; ${JOB_METADATA_RAY} takes it`,
  ),
};

export const resourcesAreNumbers: Rule<RayJobV1Spec> = {
  id: 'JOB-J17',
  title: 'The resources of a command are JSON, of numbers by name.',
  severity: 'error',
  source: 'KubeRay dashboard_httpclient.go; ours before that: nothing checks them until the job is submitted',
  why: 'The operator or the submitter can not read them, and the job never runs.',
  unconfirmed: 'nothing reads it before the job is submitted',
  check: ({ entrypointResources: text }) => text === undefined ? [] : resourceProblems(text),
};

export const dashboardIsReachable: Rule<RayJobV1Spec> = {
  id: 'JOB-J17b',
  title: 'A head that lists its ports lists that of the dashboard, by the name dashboard.',
  severity: 'error',
  source: 'KubeRay service.go: once one port is declared, the head service carries the declared ones only',
  why: 'Jobs are submitted to the dashboard; the job stays in Initializing until its deadline.',
  unconfirmed: 'ports that have no name twice are taken; the dashboard is missed when the job is to be submitted',
  check: ({ rayClusterSpec }) => {
    const ports = rayClusterSpec?.headGroupSpec?.template.spec.containers[0]?.ports ?? [];
    const isMissing = ports.length > 0 && !ports.some(({ name }) => name === 'dashboard');
    return refused(isMissing, 'rayClusterSpec.headGroupSpec.template.spec.containers[0].ports', ports.map(({ name }) => name), 'a port called dashboard among them, 8265');
  },
};

function parsed(text: string): { value?: Record<string, unknown>; problem?: string } {
  const json = asMap(fromJson(text));
  return json ? { value: json } : parsedYaml(text);
}

/** The parser takes a quarter of the time that this library takes to load, and what our own jobs say is JSON: it is loaded when it is needed. */
function parsedYaml(text: string): { value?: Record<string, unknown>; problem?: string } {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { parseDocument } = require('yaml') as typeof import('yaml');
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  const value = error ? undefined : asMap(document.toJS() ?? {});
  return value ? { value } : { problem: error ? error.message : text };
}

function resourceProblems(text: string): Violation[] {
  const expected = 'JSON such as {"accelerator": 1}';
  const resources = asMap(fromJson(text));
  return resources === undefined ? refused(true, 'entrypointResources', text, expected) :
    Object.entries(resources).flatMap(([name, amount]) => refused(!(typeof amount === 'number' && amount >= 0), `entrypointResources.${name}`, amount, 'a number, at least 0'));
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // said by whoever needs it
  }
}

function asMap(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
}
