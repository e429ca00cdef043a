/** An option itself, as it is written: `worker group "cpu" memory` and `runClusters.timeLimit` are told by their last word. */
export function writtenOption(at: string): string {
  return at.split(/[ .]/).pop()!;
}
