import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { checkAtSynth } from './synth-checks';
import { targetOf } from './target';
import { checkPoolLabels } from '../spec/rules/check';

interface LabelledPool {
  readonly path: string;
  /** `key=value` */
  readonly label: string;
}

/** The Karpenter pools of a chart, which all go to one Kubernetes cluster; other charts may go to others. */
const POOLS = new WeakMap<Chart, LabelledPool[]>();

/** Takes note of a pool, to be told from the others of its chart at synth. */
export function registerPool(pool: Construct, label: string): void {
  const chart = Chart.of(pool);
  const pools = POOLS.get(chart) ?? [];
  if (pools.length === 0) {
    POOLS.set(chart, pools);
    checkAtSynth(chart, () => checkPoolLabels({ pools }, targetOf(undefined)));
  }
  pools.push({ path: pool.node.path, label });
}
