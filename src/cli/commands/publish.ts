import { bytes } from '../../submitter/amounts';
import { ExitCode } from '../../submitter/exit-code';
import { PublishReport } from '../../submitter/publish-report';
import { publishDryRun, publishStack } from '../../submitter/publish-stack';
import { loadStack } from '../../submitter/stack';
import { Io } from '../io';
import { CommonOptions } from '../options';
import { ProgressView } from '../progress-view';
import { sayRemarks } from '../remarks';
import { untilInterrupted } from '../until-interrupted';

/** `geneva-stack publish` */
export async function publishCommand(io: Io, options: CommonOptions & { stack: string; dryRun?: boolean }): Promise<ExitCode> {
  const stack = loadStack(options.stack);
  const { bundle, environment } = stack.descriptor;
  if (!bundle) {
    io.result(null, () => `${environment} has no bundle: its code is in the image`);
    return ExitCode.OK;
  }
  const view = new ProgressView(io);
  return untilInterrupted(view, async (signal) => {
    const report = options.dryRun
      ? await publishDryRun(stack, bundle)
      : (await publishStack(stack, bundle, { signal, onProgress: view.listener().onPublish })).report;
    view.clear();
    sayRemarks(io, report);
    io.result(report, () => describe(report, options.dryRun === true));
    return ExitCode.OK;
  });
}

function describe(report: PublishReport, isDryRun: boolean): string {
  const { shards } = report;
  const did = isDryRun ? `${shards.missing} of ${shards.total} shards to publish` : `published ${shards.published} of ${shards.total} shards, ${bytes(report.bytes.shipped)}`;
  return `bundle ${report.manifest.slice(0, 12)}: ${did}`;
}
