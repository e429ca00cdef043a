import { RayClusterV1Spec } from '../ray-cluster-types';
import { Rule, Violation } from './rule';
import { isList, isMap } from './shapes';

/** What is found at a place of a manifest: a list, a map, and what stands in them. */
type Shape =
  | { readonly kind: 'map'; readonly fields?: Readonly<Record<string, Shape>> }
  | { readonly kind: 'list'; readonly items: Shape; readonly nameOf?: string };

const MAP: Shape = { kind: 'map' };
const MAPS: Shape = { kind: 'list', items: MAP };

const CONTAINER: Shape = { kind: 'map', fields: { env: MAPS, ports: MAPS, resources: { kind: 'map', fields: { limits: MAP, requests: MAP } } } };
const POD: Shape = { kind: 'map', fields: { containers: { kind: 'list', items: CONTAINER } } };
const GROUP: Shape = { kind: 'map', fields: { template: { kind: 'map', fields: { metadata: MAP, spec: POD } }, labels: MAP, rayStartParams: MAP, resources: MAP } };

const CLUSTER: Readonly<Record<string, Shape>> = {
  authOptions: MAP,
  autoscalerOptions: MAP,
  gcsFaultToleranceOptions: MAP,
  headGroupSpec: GROUP,
  workerGroupSpecs: { kind: 'list', items: GROUP, nameOf: 'groupName' },
};

export const partsAreListsAndMaps: Rule<RayClusterV1Spec> = {
  id: 'RAY-P10',
  title: 'A list stands where a list is wanted, and a map where a map is.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7',
  why: 'The API server refuses the cluster.',
  check: (spec) => isMap(spec) ? misshapenIn('', spec as Record<string, unknown>, CLUSTER) : [misshapen('spec', spec, 'map')],
};

function misshapenIn(path: string, map: Record<string, unknown>, fields: Readonly<Record<string, Shape>>): Violation[] {
  return Object.entries(fields).flatMap(([name, shape]) => isAbsent(map[name]) ? [] : misshapenAt(`${path}${name}`, map[name], shape));
}

/** Null is nothing to the API server. Source: Kubernetes documentation, custom resources, nullable fields are pruned. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function misshapenAt(at: string, value: unknown, shape: Shape): Violation[] {
  if (shape.kind === 'map') {
    return isMap(value) ? misshapenIn(`${at}.`, value as Record<string, unknown>, shape.fields ?? {}) : [misshapen(at, value, 'map')];
  }
  const { items, nameOf } = shape;
  return isList(value) ? value.flatMap((item, i) => misshapenAt(`${at}[${nameIn(item, nameOf) ?? i}]`, item, items)) : [misshapen(at, value, 'list')];
}

function nameIn(item: unknown, field: string | undefined): unknown {
  return field !== undefined && isMap(item) ? (item as Record<string, unknown>)[field] : undefined;
}

function misshapen(at: string, got: unknown, kind: 'map' | 'list'): Violation {
  return { at, got, expected: `a ${kind}`, fix: kind === 'list' ? 'write it as a list, [...]; in YAML with a dash before each item' : 'write it as a map, { name: value }' };
}
