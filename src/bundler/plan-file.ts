import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { BundleError } from './bundle-error';
import { BundlePlan, RootSource } from './plan';

/** Not .json: `kubectl apply -f dist` would take it for a manifest. */
const EXTENSION = '.bundle-plan';

/** Helm takes every file beside its templates for one, but for those that begin with this. */
const PREFIX = '_';

const SCHEMA = 'bundle-plan/v1';

/** Where the roots of a bundle are on the machine that ran synth. Stays beside the manifests and is never applied or published. */
export interface PlanFile {
  readonly schema: typeof SCHEMA;
  readonly digest: string;
  /** With absolute paths. */
  readonly roots: RootSource[];
}

/** A plan that was found. */
export interface FoundPlan extends PlanFile {
  /** When synth wrote it: the last time that it found this content. */
  readonly writtenMs: number;
}

/** Notes in a folder of synthesized manifests where the roots of a bundle are. Resolves to the file's path. */
export function writePlanFile(directory: string, plan: BundlePlan): string {
  const file: PlanFile = {
    schema: SCHEMA,
    digest: plan.digest,
    roots: plan.roots.map(({ source }) => ({ ...source, path: resolve(source.path) })),
  };
  const path = join(directory, fileName(plan.digest));
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(file, null, 2)}\n`);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}

/**
 * Finds the plan of a bundle in a folder of synthesized manifests, or above it: each chart may have a folder of its own.
 *
 * @throws BundleError PLAN_MISSING or PLAN_DAMAGED
 */
export function readPlanFile(directory: string, digest: string): FoundPlan {
  const [beside, above] = [directory, join(directory, '..')].map((folder) => join(folder, fileName(digest)));
  const path = existsSync(beside) ? beside : above;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const others = planFiles(directory);
    throw new BundleError('PLAN_MISSING', `${beside} is not there${others.length > 0 ? ` (found ${others.join(', ')})` : ''}`,
      'run cdk8s synth on this machine, where the workspace is');
  }
  try {
    const file = JSON.parse(text) as PlanFile;
    if (file.schema === SCHEMA && Array.isArray(file.roots)) { return { ...file, writtenMs: statSync(path).mtimeMs }; }
  } catch {
    // told below
  }
  throw new BundleError('PLAN_DAMAGED', `${path} is not a ${SCHEMA}`, 'run cdk8s synth again');
}

function fileName(digest: string): string {
  return `${PREFIX}${digest}${EXTENSION}`;
}

function planFiles(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith(EXTENSION));
  } catch {
    return [];
  }
}
