/** A stretch of time, in Unix seconds. `to` is undefined while it goes on. */
export interface Interval {
  readonly from: number;
  readonly to?: number;
}

/** The seconds that at least one of them covers. All of them have ended. */
export function covered(intervals: readonly Interval[]): number {
  let [seconds, upTo] = [0, -Infinity];
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    seconds += Math.max(0, to! - Math.max(from, upTo));
    upTo = Math.max(upTo, to!);
  }
  return seconds;
}
