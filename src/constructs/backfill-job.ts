import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { anySeconds, requirePositive, requireWhole, wholeSeconds } from './amounts';
import type { ComputeEnvironment } from './compute-environment';
import { ErrorPolicy } from './error-policy';
import { requireEnvironment } from './given-environment';
import { jobName, tablePlace, udfDescriptor, workersDescriptor } from './job-fields';
import { JobWorkersOptions } from './job-workers';
import { OPTIONS } from './known-options';
import { requireFlag, requireOneOf, requireText } from './plain-options';
import { requireKnown, requireOptions } from './require-options';
import { UdfColumn } from './udf-column';
import { BackfillDescriptor } from '../descriptor/stack-descriptor';

/** What a backfill computes. */
export interface BackfillOptions extends UdfColumn, JobWorkersOptions {
  /** The Lance table: an absolute path or a URL. */
  readonly table: string;

  /**
   * Rows to compute, as a Lance SQL condition.
   *
   * @default - the rows in which a column that the job fills is null
   */
  readonly where?: string;

  /**
   * Rows after which a worker saves what it has.
   *
   * @default - the runtime's choice
   */
  readonly checkpointRows?: number;

  /**
   * Time after which a worker saves what it has.
   *
   * @default - the runtime's choice
   */
  readonly checkpointInterval?: Duration;

  /**
   * What becomes of a row whose value the function can't compute.
   *
   * @default ErrorPolicy.FAIL
   */
  readonly onError?: ErrorPolicy;

  /**
   * Further attempts at a row, or a batch, before `onError` has its way.
   *
   * @default - 3 with ErrorPolicy.RETRY, else 0
   */
  readonly retries?: number;

  /**
   * Wait before the first further attempt; twice as long before each next one, a minute at most.
   *
   * @default Duration.seconds(1)
   */
  readonly retryDelay?: Duration;

  /**
   * Time that the function may take for one batch. A run that exceeds it ends, and names the rows.
   *
   * @default - any
   */
  readonly batchTimeout?: Duration;

  /**
   * Fragments of the table after which a commit shows what is done. Readers see the column half full meanwhile, null or
   * as it was in the rest; in return a long run is of use before its end, and needs to hold less of it back.
   *
   * @default - one commit at the end: readers see the column as it was, then complete
   */
  readonly commitEvery?: number;

  /**
   * Whether rows that are appended to the table during the run are computed, too, in a few further commits.
   *
   * @default true
   */
  readonly followAppends?: boolean;

  /**
   * Whether to wait for the end of another run that writes the same column. Else the job is refused.
   *
   * @default false
   */
  readonly waitForColumn?: boolean;
}

/** What a {@link BackfillJob} needs. */
export interface BackfillJobProps extends BackfillOptions {
  /** The environment that the job runs in. */
  readonly environment: ComputeEnvironment;
}

/** Fills one column of a table, or several with one function. The construct's id is the name by which it is submitted. */
export class BackfillJob extends Construct {
  /** Name by which the job is submitted. */
  public readonly name: string;

  /**
   * @param scope what the job belongs to
   * @param id name of the job
   * @param props what it computes, and where
   * @throws when a value can't be meant
   */
  constructor(scope: Construct, id: string, props: BackfillJobProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.BACKFILL);
    if (new.target === BackfillJob) { requireKnown(this.node.path, props, OPTIONS.BACKFILL); }
    requireEnvironment(this, props.environment);
    this.name = jobName(this);
    props.environment._addJob(this.descriptor(props), props);
  }

  private descriptor(props: BackfillOptions): BackfillDescriptor {
    const { path } = this.node;
    requireOneOf({ path, at: 'onError', got: props.onError }, { ErrorPolicy });
    requireText({ path, at: 'where', got: props.where }, 'where: "words IS NULL"');
    requireFlag({ path, at: 'followAppends', got: props.followAppends });
    requireFlag({ path, at: 'waitForColumn', got: props.waitForColumn });
    requireWhole(path, 'checkpointRows', props.checkpointRows, 1);
    requireWhole(path, 'retries', props.retries, 0);
    requireWhole(path, 'commitEvery', props.commitEvery, 1);
    const batchTimeoutSeconds = anySeconds(path, 'batchTimeout', props.batchTimeout);
    requirePositive(path, 'batchTimeout', batchTimeoutSeconds);
    return {
      name: this.name,
      kind: 'backfill',
      table: tablePlace(this, 'table', props.table),
      ...udfDescriptor(this, props),
      where: props.where,
      batchRows: props.batchRows,
      checkpointRows: props.checkpointRows,
      checkpointSeconds: wholeSeconds(path, 'checkpointInterval', props.checkpointInterval, 1),
      onError: props.onError,
      retries: props.retries,
      retrySeconds: anySeconds(path, 'retryDelay', props.retryDelay),
      batchTimeoutSeconds,
      commitEvery: props.commitEvery,
      followAppends: props.followAppends,
      wait: props.waitForColumn,
      workers: workersDescriptor(this, props),
    };
  }
}
