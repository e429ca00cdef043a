import { Input } from '@pulumi/pulumi';

/** A column whose values a Python function gives, or several that one function gives. */
export interface UdfColumnArgs {
  /**
   * Column that the function fills.
   *
   * @default - `columns` says which
   */
  readonly column?: Input<string>;

  /**
   * Columns that the function fills, in place of `column`: one for each field of the struct that it returns, by the field's name.
   *
   * @default - `column` says which
   */
  readonly columns?: Input<Input<string>[]>;

  /** The function, `module:function`, imported from the bundle. A plain function of the values of one row. */
  readonly udf: Input<string>;

  /**
   * Which column each argument takes, by the name of the argument.
   *
   * @default - arguments take the columns of the same name
   */
  readonly inputs?: Input<{ [argument: string]: Input<string> }>;

  /**
   * Arrow type of what the function returns, such as `int64`.
   *
   * @default - from the function's return annotation
   */
  readonly outputType?: Input<string>;

  /**
   * Changes when the function means something else, although its name stays. Checkpoints of other versions are not used.
   *
   * @default - none
   */
  readonly udfVersion?: Input<string>;
}

/** On what, and how widely, a job runs. */
export interface JobWorkersArgs {
  /** Name by which the job is submitted. */
  readonly name: Input<string>;

  /**
   * Worker group to run on.
   *
   * @default - any
   */
  readonly workerGroup?: Input<string>;

  /**
   * Copies of the function at once.
   *
   * @default - as many as the cluster has CPUs
   */
  readonly concurrency?: Input<number>;

  /**
   * CPUs of one copy; fractions share a CPU.
   *
   * @default 1
   */
  readonly cpusPerWorker?: Input<number>;

  /**
   * GPUs of one copy; fractions share a GPU.
   *
   * @default 0
   */
  readonly gpusPerWorker?: Input<number>;

  /**
   * Memory of one copy in GiB.
   *
   * @default - not reserved
   */
  readonly memoryGiBPerWorker?: Input<number>;

  /**
   * Rows that the function gets in one batch.
   *
   * @default - the runtime's choice
   */
  readonly batchRows?: Input<number>;
}

/** A job that fills one column of a table, or several with one function. */
export interface BackfillArgs extends UdfColumnArgs, JobWorkersArgs {
  /** The Lance table: an absolute path or a URL. */
  readonly table: Input<string>;

  /**
   * Rows to compute, as a Lance SQL condition.
   *
   * @default - the rows in which a column that the job fills is null
   */
  readonly where?: Input<string>;

  /**
   * Rows after which a worker saves what it has.
   *
   * @default - the runtime's choice
   */
  readonly checkpointRows?: Input<number>;

  /**
   * Seconds after which a worker saves what it has.
   *
   * @default - the runtime's choice
   */
  readonly checkpointSeconds?: Input<number>;

  /**
   * What becomes of a row whose value the function can't compute: `fail`, `skip` or `retry`.
   *
   * @default 'fail'
   */
  readonly onError?: Input<string>;

  /**
   * Further attempts at a row, or a batch, before `onError` has its way.
   *
   * @default - 3 with 'retry', else 0
   */
  readonly retries?: Input<number>;

  /**
   * Seconds until the first further attempt; twice as long before each next one, a minute at most.
   *
   * @default 1
   */
  readonly retrySeconds?: Input<number>;

  /**
   * Seconds that the function may take for one batch. A run that exceeds it ends, and names the rows.
   *
   * @default - any
   */
  readonly batchTimeoutSeconds?: Input<number>;

  /**
   * Fragments of the table after which a commit shows what is done.
   *
   * @default - one commit at the end: readers see the column as it was, then complete
   */
  readonly commitEvery?: Input<number>;

  /**
   * Whether rows that are appended to the table during the run are computed, too.
   *
   * @default true
   */
  readonly followAppends?: Input<boolean>;

  /**
   * Whether to wait for the end of another run that writes the same column. Else the job is refused.
   *
   * @default false
   */
  readonly waitForColumn?: Input<boolean>;
}

/** A job that refreshes a materialized view. */
export interface MaterializedViewArgs extends JobWorkersArgs {
  /** The Lance table that the view is made from: an absolute path or a URL. */
  readonly source: Input<string>;

  /** The Lance table that is the view: an absolute path or a URL. */
  readonly destination: Input<string>;

  /**
   * Columns of the source that the view keeps.
   *
   * @default - all of them
   */
  readonly select?: Input<Input<string>[]>;

  /**
   * Rows of the source that the view keeps, as a Lance SQL condition.
   *
   * @default - all of them
   */
  readonly where?: Input<string>;

  /**
   * Columns that the view has beyond those of the source.
   *
   * @default - none
   */
  readonly columns?: Input<Input<UdfColumnArgs>[]>;
}
