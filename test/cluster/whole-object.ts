import { RayClusterV1Spec } from '../../src/spec/ray-cluster-types';
import { RayJobV1Spec } from '../../src/spec/ray-job-types';
import { RayServiceV1Spec } from '../../src/spec/ray-service-types';

/** The cases of rules hold only what a rule looks at; the API server wants the rest, too. */
const RESOURCES = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };

/** A cluster that is right but for what the part says. */
export function wholeCluster(part: RayClusterV1Spec = {}): Record<string, any> {
  const { headGroupSpec, workerGroupSpecs } = part as Record<string, any>;
  return {
    rayVersion: '2.54.0',
    ...part,
    headGroupSpec: { rayStartParams: {}, ...headGroupSpec, template: wholePod(headGroupSpec?.template, 'ray-head') },
    workerGroupSpecs: (workerGroupSpecs ?? []).map((group: object) => ({ rayStartParams: {}, replicas: 1, ...group })),
  };
}

/** A job that is right but for what the part says. */
export function wholeJob(part: RayJobV1Spec): Record<string, any> {
  const hasCluster = part.clusterSelector !== undefined && part.rayClusterSpec === undefined;
  return {
    entrypoint: 'true',
    ...part,
    ...(part.submitterPodTemplate ? { submitterPodTemplate: wholePod(part.submitterPodTemplate, 'submitter') } : {}),
    ...(hasCluster ? {} : { rayClusterSpec: wholeCluster(part.rayClusterSpec) }),
  };
}

/** A service that is right but for what the part says. */
export function wholeService(part: RayServiceV1Spec): Record<string, any> {
  return { serveConfigV2: 'applications: []', ...part, rayClusterConfig: wholeCluster(part.rayClusterConfig) };
}

function wholePod(template: any, name: string): object {
  const containers = template?.spec?.containers?.length > 0 ? template.spec.containers : [{ name, image: 'ray', resources: RESOURCES }];
  return { ...template, spec: { ...template?.spec, containers } };
}
