/** How fast Ray's autoscaler adds workers. */
export enum UpscalingMode {
  /** As many at once as tasks wait for. */
  DEFAULT = 'Default',

  /** The same, by another name. */
  AGGRESSIVE = 'Aggressive',

  /** Never more on their way than there are already in the group: 1, 2, 4 and so on. For clouds that refuse sudden demand. */
  CONSERVATIVE = 'Conservative',
}
