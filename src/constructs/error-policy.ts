/** What becomes of a row whose value a function can't compute. */
export enum ErrorPolicy {
  /** The run ends, and names the row. The table is as it was. */
  FAIL = 'fail',
  /** The row becomes null. Its id and the reason are kept in the run's folder beside the table. */
  SKIP = 'skip',
  /** It is tried again, then the run ends. */
  RETRY = 'retry',
}
