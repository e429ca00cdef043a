import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';
import { closest } from '../spec/closest';

/** The error for a target that is none. */
export function targetUnknown(name: string): SubmitterError {
  return new SubmitterError('TARGET_UNKNOWN', ExitCode.USAGE,
    `target ${JSON.stringify(name)}: expected local, cluster, cluster://NAMESPACE/ENVIRONMENT or a URL such as http://127.0.0.1:8265`, meant(name));
}

function meant(name: string): string {
  const near = closest(name, ['local', 'cluster']) ?? (/^[\w.-]+:\d+\/?$/.test(name) ? `http://${name}` : undefined);
  return near ? `did you mean --target ${near}?` : 'one of --target local, --target cluster, --target cluster://NAMESPACE/ENVIRONMENT, --target http://HOST:8265';
}
