import { Container, ResourceRequirements } from '../kubernetes-types';
import { amountOf } from '../quantities';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { allGroups, oncePerSpec } from './ray-cluster-fields';
import { Rule, Violation } from './rule';

/** What asks for a part of a node; where it stands is asked for only when there is something to say. */
interface Asking {
  readonly place: () => string;
  readonly resources: ResourceRequirements;
}

export const amountsAreQuantities: Rule<RayClusterV1Spec> = {
  id: 'RAY-P7',
  title: 'Requests and limits are quantities of Kubernetes, none of them below zero.',
  severity: 'error',
  source: 'Kubernetes documentation, resource units; a unit such as Gb is refused with the cluster, a negative amount only with each pod',
  why: 'The API server refuses the cluster, or every pod of it.',
  check: (spec) => askingIn(spec).flatMap(({ place, resources: { requests = {}, limits = {} } }) => [
    ...notQuantities(() => `${place()}.requests`, requests),
    ...notQuantities(() => `${place()}.limits`, limits),
  ]),
};

export const requestsAreWithinLimits: Rule<RayClusterV1Spec> = {
  id: 'RAY-P8',
  title: 'A container asks for no more than its limit, and for whole GPUs, all of which are its limit.',
  severity: 'error',
  source: 'Kubernetes validation of pods; seen with KubeRay 1.6 and 1.7: only FailedCreateHeadPod or FailedCreateWorkerPod events tell',
  why: 'The API server takes the cluster and refuses every pod of it.',
  check: (spec) => askingIn(spec).flatMap(({ place, resources: { requests = {}, limits = {} } }) => [
    ...beyondLimits(place, requests, limits),
    ...partsOfDevices(place, limits),
  ]),
};

const askingIn = oncePerSpec((spec): readonly Asking[] => {
  const ofContainers = allGroups(spec).flatMap(({ at, group }) => group.template.spec.containers.map((container: Container, i) => (
    { place: () => `${at}.template.spec.containers[${i}].resources`, resources: container.resources ?? {} }
  )));
  return [...ofContainers, { place: () => 'autoscalerOptions.resources', resources: spec.autoscalerOptions?.resources ?? {} }];
});

function notQuantities(place: () => string, amounts: Record<string, unknown>): Violation[] {
  return Object.entries(amounts).filter(([, amount]) => read(amount) === undefined).map(([name, amount]) => (
    { at: `${place()}.${name}`, got: amount, expected: 'a quantity such as "500m", "4" or "8Gi"', fix: 'Mi and Gi for memory, plain numbers for CPUs and GPUs' }
  ));
}

/** What has no limit of its own has none to exceed, but for devices: those are never shared, so that both are the same. */
function beyondLimits(place: () => string, requests: Record<string, unknown>, limits: Record<string, unknown>): Violation[] {
  return Object.entries(requests).filter(([name, request]) => {
    const [asked, most] = [read(request), read(limits[name])];
    return isDevice(name) ? asked !== most : asked !== undefined && most !== undefined && asked > most;
  }).map(([name, request]) => ({
    at: `${place()}.requests.${name}`,
    got: request,
    expected: limits[name] === undefined ? 'the same as a limit' : `${isDevice(name) ? 'the limit' : 'at most the limit'}, ${JSON.stringify(limits[name])}`,
    fix: 'ask for what the limit is',
  }));
}

function partsOfDevices(place: () => string, limits: Record<string, unknown>): Violation[] {
  return Object.entries(limits).filter(([name, limit]) => isDevice(name) && !Number.isInteger(read(limit) ?? 0)).map(([name, limit]) => (
    { at: `${place()}.limits.${name}`, got: limit, expected: 'a whole number', fix: 'give whole devices to pods; tasks of Ray may share one: gpusPerWorker: 0.5' }
  ));
}

/** GPUs and the like, by the name of who makes them known. */
function isDevice(resource: string): boolean {
  return resource.includes('/');
}

function read(amount: unknown): number | undefined {
  return typeof amount === 'string' || typeof amount === 'number' ? amountOf(String(amount)) : undefined;
}
