import { Container } from '../kubernetes-types';
import { amountOf, GIB } from '../quantities';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { GPU } from '../resource-names';
import { groupPath, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

const LEAST_HEAD = { cpus: 2, memory: 4 * GIB };
const LEAST_WORKER = 2 * GIB;
const LEAST_GPU_WORKER = 4 * GIB;

export const headIsLargeEnough: Rule<RayClusterV1Spec> = {
  id: 'SIZE-01',
  title: 'A head has at least 2 CPUs and 4 GiB.',
  severity: 'advice',
  source: 'Geneva troubleshooting documentation: heads of 1 CPU and 2 GB run out of memory, ask for 4 CPUs and 8 GiB',
  why: 'A head that runs out of memory ends every job of its cluster.',
  check: ({ headGroupSpec }) => {
    const limits = headGroupSpec?.template.spec.containers[0]?.resources?.limits;
    const isLarge = (amountOf(limits?.cpu) ?? 0) >= LEAST_HEAD.cpus && (amountOf(limits?.memory) ?? 0) >= LEAST_HEAD.memory;
    return isLarge ? [] : [{
      at: 'headGroupSpec.template.spec.containers[0].resources.limits',
      got: limits,
      expected: 'at least 2 CPUs and 4Gi',
      fix: 'headCpu: 4, headMemory: Size.gibibytes(8), the defaults',
    }];
  },
};

export const workersAreLargeEnough: Rule<RayClusterV1Spec> = {
  id: 'SIZE-02',
  title: 'A worker has at least 2 GiB, with GPUs at least 4 GiB.',
  severity: 'advice',
  source: 'Geneva deployment documentation refuses less than 4 GiB with GPUs; KubeRay sample values fail with 1 GiB',
  why: 'Ray itself takes several hundred MiB of a worker, and 30 % of the rest for its object store.',
  check: (spec) => workerGroups(spec).flatMap((group) => {
    const container = group.template.spec.containers[0];
    const least = leastMemory(container);
    const memory = container?.resources?.limits?.memory;
    return (amountOf(memory) ?? 0) >= least ? [] : [{
      at: `${groupPath(group)}.template.spec.containers[0].resources.limits.memory`,
      got: memory,
      expected: `at least ${least / GIB}Gi`,
      fix: `memory: Size.gibibytes(${least / GIB})`,
    }];
  }),
};

function leastMemory(container: Container | undefined): number {
  return container?.resources?.limits?.[GPU] === undefined ? LEAST_WORKER : LEAST_GPU_WORKER;
}
