import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { requireWhole } from './amounts';
import type { ComputeEnvironment } from './compute-environment';
import { jobName, tablePlace, udfDescriptor, workersDescriptor } from './job-fields';
import { JobWorkersOptions } from './job-workers';
import { UdfColumn } from './udf-column';
import { BackfillDescriptor } from '../descriptor/stack-descriptor';

/** What a backfill computes. */
export interface BackfillOptions extends UdfColumn, JobWorkersOptions {
  /** The Lance table: an absolute path or a URL. */
  readonly table: string;

  /**
   * Rows to compute, as a Lance SQL condition.
   *
   * @default - the rows whose column is null
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
}

/** What a {@link BackfillJob} needs. */
export interface BackfillJobProps extends BackfillOptions {
  /** The environment that the job runs in. */
  readonly environment: ComputeEnvironment;
}

/** Fills one column of a table. The construct's id is the name by which it is submitted. */
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
    this.name = jobName(this);
    props.environment._addJob(this.descriptor(props), props.schedule);
  }

  private descriptor(props: BackfillOptions): BackfillDescriptor {
    requireWhole(this, 'checkpointRows', props.checkpointRows, 1);
    return {
      name: this.name,
      kind: 'backfill',
      table: tablePlace(this, 'table', props.table),
      ...udfDescriptor(this, props),
      where: props.where,
      batchRows: props.batchRows,
      checkpointRows: props.checkpointRows,
      checkpointSeconds: props.checkpointInterval?.toSeconds(),
      workers: workersDescriptor(this, props),
    };
  }
}
