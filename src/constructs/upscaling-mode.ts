/** How fast Ray's autoscaler adds workers. */
export enum UpscalingMode {
  /** As many as tasks wait for, ten at each look of the autoscaler at most. */
  DEFAULT = 'Default',

  /** The same, by another name. */
  AGGRESSIVE = 'Aggressive',

  /** At each look no more than there are already in the group: 1, 2, 4 and so on. For clouds that refuse sudden demand. */
  CONSERVATIVE = 'Conservative',
}
