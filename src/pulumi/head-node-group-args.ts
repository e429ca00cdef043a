import { NodeGroupArgs } from './node-group-args';

/** What a HeadNodeGroup needs: on-demand nodes, at least one of them, two at most, of 8 CPUs. Spot is refused. */
export interface HeadNodeGroupArgs extends NodeGroupArgs {
}
