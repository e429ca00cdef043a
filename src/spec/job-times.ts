/** How long a command with a cluster of its own may take, where nothing else is said. */

const HALF_AN_HOUR_SECONDS = 1800;

export const JobTimes = {
  LIMIT_SECONDS: 24 * 3600,
  KEEP_FINISHED_SECONDS: 300,
} as const;

/** Half an hour, or half of all the time when that is less. */
export function defaultStartLimitSeconds(timeLimitSeconds: number): number {
  return Math.min(HALF_AN_HOUR_SECONDS, Math.ceil(timeLimitSeconds / 2));
}
