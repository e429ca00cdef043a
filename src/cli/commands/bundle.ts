import { reportPage } from '../../bundler/report/report-page';
import { bytes, counted } from '../../submitter/amounts';
import { bundleRoots } from '../../submitter/bundle-roots';
import { ExitCode } from '../../submitter/exit-code';
import { BundleLayout, PublishReport } from '../../submitter/publish-report';
import { bundleSource, BundleSourceOptions } from '../bundle-source';
import { Io } from '../io';
import { CommonOptions } from '../options';
import { writePage } from '../page-file';
import { ProgressView } from '../progress-view';
import { sayRemarks } from '../remarks';
import { untilInterrupted } from '../until-interrupted';

/** Options of `geneva-stack bundle`. */
export interface BundleOptions extends CommonOptions, BundleSourceOptions {
  readonly stack: string;
  readonly store?: string;
  readonly publish?: boolean;
  readonly layout: BundleLayout;
  readonly report?: string;
}

/** `geneva-stack bundle` */
export async function bundleCommand(io: Io, options: BundleOptions): Promise<ExitCode> {
  const source = bundleSource(options);
  const view = new ProgressView(io);
  return untilInterrupted(view, async (signal) => {
    const { report, page } = await bundleRoots({
      roots: source?.roots,
      stack: options.stack,
      store: options.store,
      publish: options.publish === true,
      layout: options.layout,
      signal,
      onHash: view.hashing(),
      onPublish: view.listener().onPublish,
    });
    view.clear();
    if (options.report !== undefined) { writePage('--report', options.report, reportPage(page)); }
    source?.notes.forEach(({ path, reason }) => io.say(`left out: ${path} (${reason})`));
    sayRemarks(io, report);
    io.result(report, () => describe(report, options));
    return ExitCode.OK;
  });
}

/** Of a store that was not asked nobody knows what it lacks. */
function toPublish({ shards, notes }: PublishReport, noun: string): string {
  return notes ? counted(shards.total, noun) : `${shards.missing} of ${shards.total} ${noun}s to publish`;
}

function describe(report: PublishReport, options: BundleOptions): string {
  const noun = report.layout === 'single' ? 'zip' : 'shard';
  const roots = report.roots.map((root) => `  ${root.kind}: ${counted(root.files, 'file')}, ${bytes(root.bytes)}, ${counted(root.shards, noun)}`);
  const { shards, runtimeEnv, notes = [] } = report;
  const done = options.publish ? `published ${shards.published} of ${shards.total} ${noun}s, ${bytes(report.bytes.shipped)}` : toPublish(report, noun);
  return [
    `bundle ${report.manifest.slice(0, 12)}: ${done}`,
    ...roots,
    ...runtimeEnv ? [`runtime_env: ${JSON.stringify(runtimeEnv)}`] : [],
    ...options.report ? [`report: ${options.report}`] : [],
    ...notes.map((note) => `note: ${note}`),
  ].join('\n');
}
