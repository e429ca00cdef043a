import { Rule } from './rule';

/** The worker groups whose images are to be pulled, and those that there are. */
export interface PulledGroups {
  readonly asked: readonly string[];
  readonly groups: readonly { readonly name: string; readonly hasPool: boolean }[];
}

export const pulledGroupHasNodes: Rule<PulledGroups> = {
  id: 'PULL-01',
  title: 'Images are pulled for worker groups that there are, and that have a pool.',
  severity: 'error',
  source: 'ours: a group without a pool runs on any node',
  why: 'Nobody knows onto which nodes to pull.',
  check: ({ asked, groups }) => asked.filter((name) => !groups.some((group) => group.hasPool && group.name === name)).map((name) => ({
    at: 'workerGroups',
    got: name,
    expected: `one of ${JSON.stringify(groups.filter(({ hasPool }) => hasPool).map((group) => group.name))}, which have a pool`,
    fix: `addWorkerGroup('${name}', { pool: WorkerNodePool.karpenter(), ... }), or drop it from workerGroups`,
  })),
};
