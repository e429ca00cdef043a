import { Input } from '@pulumi/pulumi';
import { NodeGroupArgs } from './node-group-args';

/** What a WorkerNodeGroup needs: spot nodes of 8 CPUs, or of one GPU, from none to ten of them. */
export interface WorkerNodeGroupArgs extends NodeGroupArgs {
  /**
   * What workers compute with: `cpu` or `gpu`. It decides which label and taint the nodes bear, and with which image they start.
   *
   * @default 'cpu'
   */
  readonly kind?: Input<string>;
}
