import { join } from 'path';
import { SeenPhase, seenPhase } from './phases';
import { publishStack } from './publish-stack';
import { NO_BUNDLE, RunProgress } from './run-progress';
import { RunSpec } from './run-record';
import { runSpec } from './run-spec';
import type { SubmitListener, SubmitRequest } from './submit';
import { Target } from './target';
import { cacheDirectory } from '../bundler/cache-directory';
import { publishRuntime } from '../bundler/runtime-package';
import { LocalStore } from '../bundler/stores/local';
import { runtimeSource } from '../descriptor/runtime-source';

/** A job whose code is in its store. */
export interface PublishedJob {
  readonly phases: readonly SeenPhase[];
  readonly spec: RunSpec;
  readonly runtimeUrl: string | undefined;
  readonly shippedBytes: number;
}

/** Publishes what the store lacks of a job's code. */
export async function publishJob(request: SubmitRequest, progress: RunProgress, listener: SubmitListener): Promise<PublishedJob> {
  const { bundle } = request.stack.descriptor;
  const startedAt = new Date();
  if (bundle) { progress.steps.started('publish', startedAt.getTime() / 1000); } else { progress.steps.skip('publish', NO_BUNDLE); }
  listener.onProgress?.(progress);
  const result = bundle
    ? await publishStack(request.stack, bundle, { signal: request.signal, onProgress: (done) => listener.onPublish?.(done) })
    : undefined;
  const phases = bundle ? [seenPhase('publish', startedAt, new Date())] : [];
  progress.steps.saw(phases);
  listener.onProgress?.(progress);
  return {
    phases,
    spec: runSpec(request.stack.descriptor, request.job, request.target.isLocal, result?.published.manifestSha256),
    runtimeUrl: result?.runtimeUrl ?? await runtimeWithoutBundle(request.target),
    shippedBytes: result?.published.shippedBytes ?? 0,
  };
}

/** An environment without a bundle has its code, and the runtime, in the image; a local head has no image. */
async function runtimeWithoutBundle(target: Target): Promise<string | undefined> {
  if (!target.isLocal) { return undefined; }
  return publishRuntime(runtimeSource(), new LocalStore(join(cacheDirectory(), 'store')));
}
