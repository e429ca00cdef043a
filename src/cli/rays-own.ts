/** Ray's driver reports its own start-up on every job; `logs` shows it. */
export function isRaysOwn(line: string): boolean {
  return /^\d{4}-\d\d-\d\d [\d:,]+\tINFO (worker|job_manager|packaging)\.py:\d+ -- /.test(line) || line.startsWith('Running entrypoint for job ');
}
