/** How `geneva-stack` ends; scripts and schedulers rely on the numbers. */
export enum ExitCode {
  OK = 0,
  /** The job failed. */
  FAILED = 1,
  /** Wrong arguments, or a stack or workspace that can't be used as it is. */
  USAGE = 2,
  STOPPED = 3,
  /** The run took longer than the cluster of its own may. */
  TIME_LIMIT = 4,
  /** No contact with the cluster; the run may go on. */
  LOST_CONTACT = 5,
  NOT_AUTHORIZED = 6,
  NOT_READY = 7,
  /** The run key belongs to another spec. */
  CONFLICT = 8,
  /** Ctrl-C while following: the run goes on. */
  DETACHED = 130,
}
