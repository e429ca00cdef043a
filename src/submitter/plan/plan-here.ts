import { spawn } from 'child_process';
import { createInterface } from 'readline';
import { ExitCode } from '../exit-code';
import { HeardPlan, Planned } from './heard-plan';
import { RayNode } from './ray-nodes';
import { runtimeSource } from '../../descriptor/runtime-source';
import { lastLine } from '../last-line';
import { SubmitterError } from '../submitter-error';

/** What the runtime is to plan in a process on this machine. */
export interface PlanHere {
  /** A Python that has Ray, Lance and Arrow. */
  readonly python: string;
  /** The runtime job spec, as JSON. */
  readonly spec: string;
  /** Directories of the bundle's roots. Null: it is in its store. */
  readonly directories: readonly string[] | null;
  readonly nodes: readonly RayNode[];
  readonly onLine: (line: string) => void;
}

/**
 * Plans a job without a Ray head: the runtime looks at the table as a run would, and does nothing.
 *
 * @throws SubmitterError PLAN_FAILED
 */
export async function planHere(request: PlanHere): Promise<Planned> {
  const { RAY_ADDRESS, PYTHONPATH, PYTHONHOME, ...environment } = process.env; // another cluster's, another Python's
  const child = spawn(request.python, ['-m', 'backfill_runtime', 'plan', JSON.stringify({ roots: request.directories, nodes: request.nodes })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...environment,
      PYTHONPATH: runtimeSource(),
      PYTHONDONTWRITEBYTECODE: '1', // the roots are the user's own directories
      BACKFILL_JOB_SPEC: request.spec,
    },
  });
  const heard = new HeardPlan(request.onLine);
  createInterface({ input: child.stdout }).on('line', (line) => heard.line(line));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => { errors = (errors + chunk.toString('utf8')).slice(-4000); });
  const how = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`it ended with ${signal ?? `code ${code}`}`));
  });
  if (heard.result) { return heard.result; }
  throw new SubmitterError('PLAN_FAILED', ExitCode.FAILED, `${request.python} -m backfill_runtime plan: ${lastLine(errors) || how}`,
    'geneva-stack doctor looks at the environment on this machine; when all is well there, report this');
}
