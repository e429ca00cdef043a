import { ClusterWatch } from './kubernetes/cluster-watch';
import { RunProgress } from './run-progress';
import type { SubmitListener } from './submit';
import { Target } from './target';

/** Watches the cluster that a target is in, if it is in one. */
export function watchOf({ cluster }: Target, progress: RunProgress, listener: Pick<SubmitListener, 'onNotice' | 'onProgress'>): ClusterWatch | undefined {
  if (!cluster) { return undefined; }
  const watch = new ClusterWatch(cluster, new Date(), {
    onNotice: (text) => listener.onNotice?.(text),
    onPhases: (phases) => {
      progress.steps.stand(phases);
      listener.onProgress?.(progress);
    },
  });
  watch.start();
  return watch;
}
