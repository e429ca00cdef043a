import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { requireEnvironment } from './given-environment';
import { jobName, requireColumnsOnce, tablePlace, udfDescriptor, workersDescriptor } from './job-fields';
import { JobWorkersOptions } from './job-workers';
import { OPTIONS } from './known-options';
import { requireList, requireText, requireTexts } from './plain-options';
import { requireKnown, requireOptions } from './require-options';
import { UdfColumn } from './udf-column';
import { MaterializedViewDescriptor, UdfDescriptor } from '../descriptor/stack-descriptor';

/** What a materialized view holds. */
export interface MaterializedViewOptions extends JobWorkersOptions {
  /** The Lance table that the view is made from: an absolute path or a URL. */
  readonly source: string;

  /** The Lance table that is the view: an absolute path or a URL. */
  readonly destination: string;

  /**
   * Columns of the source that the view keeps.
   *
   * @default - all of them
   */
  readonly select?: string[];

  /**
   * Rows of the source that the view keeps, as a Lance SQL condition.
   *
   * @default - all of them
   */
  readonly where?: string;

  /**
   * Columns that the view has beyond those of the source.
   *
   * @default - none
   */
  readonly columns?: UdfColumn[];
}

/** What a {@link MaterializedViewJob} needs. */
export interface MaterializedViewJobProps extends MaterializedViewOptions {
  /** The environment that the job runs in. */
  readonly environment: ComputeEnvironment;
}

/** Refreshes one materialized view. The construct's id is the name by which it is submitted. */
export class MaterializedViewJob extends Construct {
  /** Name by which the job is submitted. */
  public readonly name: string;

  /**
   * @param scope what the job belongs to
   * @param id name of the job
   * @param props what the view holds, and where the job runs
   * @throws when a value can't be meant
   */
  constructor(scope: Construct, id: string, props: MaterializedViewJobProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.MATERIALIZED_VIEW);
    if (new.target === MaterializedViewJob) { requireKnown(this.node.path, props, OPTIONS.MATERIALIZED_VIEW); }
    requireEnvironment(this, props.environment);
    this.name = jobName(this);
    props.environment._addJob(this.descriptor(props), props);
  }

  private column(column: UdfColumn): UdfDescriptor {
    requireKnown(this.node.path, column, OPTIONS.UDF_COLUMN, 'columns');
    return udfDescriptor(this, column);
  }

  private descriptor(props: MaterializedViewOptions): MaterializedViewDescriptor {
    const { path } = this.node;
    requireTexts({ path, at: 'select', got: props.select }, '"words"');
    requireList({ path, at: 'columns', got: props.columns }, '{ column: ..., udf: ... }');
    requireText({ path, at: 'where', got: props.where }, 'where: "words IS NOT NULL"');
    const view: MaterializedViewDescriptor = {
      name: this.name,
      kind: 'materialized-view',
      source: tablePlace(this, 'source', props.source),
      destination: tablePlace(this, 'destination', props.destination),
      select: nonEmpty(props.select),
      where: props.where,
      columns: nonEmpty(props.columns)?.map((column) => this.column(column)),
      batchRows: props.batchRows,
      workers: workersDescriptor(this, props),
    };
    requireColumnsOnce(this, view);
    return view;
  }
}

function nonEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list?.length ? [...list] : undefined;
}
