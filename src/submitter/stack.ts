import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join, resolve } from 'path';
import { parseAllDocuments } from 'yaml';
import { counted } from './amounts';
import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';
import { FormatError } from '../descriptor/format';
import { readStackDescriptor } from '../descriptor/read';
import { JobDescriptor, STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL, STACK_DESCRIPTOR_SCHEMA, StackDescriptor } from '../descriptor/stack-descriptor';
import { closest } from '../spec/closest';

/** What a descriptor begins with that stands in a file by itself. */
const BARE = STACK_DESCRIPTOR_SCHEMA.replace(/\d+$/, '');

/** A stack descriptor and the folder of manifests that it was found in. */
export interface Stack {
  readonly descriptor: StackDescriptor;
  /** Where the bundle plans are. Absent: it was read from a cluster, where the workspace is not. */
  readonly directory?: string;
}

/** What a stack in a cluster begins with: `cm://NAMESPACE/NAME`. */
export const IN_CLUSTER = 'cm://';

/**
 * Finds the stack descriptor in a folder of synthesized manifests, or in one file, which may also be a descriptor as such; that of
 * one environment by `PATH#ENVIRONMENT`.
 *
 * @throws SubmitterError when there is none, more than one, or it can't be read
 */
export function loadStack(path: string): Stack & { readonly directory: string } {
  if (path.startsWith(IN_CLUSTER)) {
    throw usage('STACK_MISSING', `--stack ${path}: this command needs the synthesized manifests, and a cluster has only the descriptor`, 'pass --stack PATH');
  }
  const { place, environment } = placeAndEnvironment(path);
  const { files, found } = search(place);
  if (found.length === 0) {
    throw usage('STACK_MISSING', `${resolve(place)}: no stack descriptor in ${counted(files.length, 'manifest file')}, expected a ConfigMap labelled ${STACK_DESCRIPTOR_LABEL}`,
      'run cdk8s synth, or point --stack to the folder that it wrote');
  }
  const { descriptor, directory } = oneOf(found.map(opened), place, environment);
  return { descriptor, directory };
}

/** A descriptor's text, and the file that it was found in. */
interface FoundText {
  readonly file: string;
  readonly text: string;
}

/** A descriptor, and where it was found. */
interface FoundStack extends Stack {
  readonly directory: string;
  readonly file: string;
}

function opened({ file, text }: FoundText): FoundStack {
  return { descriptor: descriptorIn(text, `${file} (${STACK_DESCRIPTOR_KEY})`), directory: dirname(file), file };
}

/** A path may have a `#` of its own. */
function placeAndEnvironment(path: string): { readonly place: string; readonly environment?: string } {
  const at = path.lastIndexOf('#');
  return at < 1 || existsSync(path) ? { place: path } : { place: path.slice(0, at), environment: path.slice(at + 1) };
}

function oneOf(found: readonly FoundStack[], place: string, wanted: string | undefined): FoundStack {
  const names = found.map(({ descriptor }) => descriptor.environment);
  const meant = found.filter(({ descriptor }) => wanted === undefined || descriptor.environment === wanted);
  if (meant.length === 1) { return meant[0]; }
  if (meant.length === 0) {
    const near = closest(wanted!, names);
    throw usage('ENVIRONMENT_UNKNOWN', `${resolve(place)}: no environment ${JSON.stringify(wanted)}, there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`,
      near ? `did you mean --stack ${place}#${near}?` : `one of ${names.map((name) => `--stack ${place}#${name}`).join(', ')}`);
  }
  const areDistinct = new Set(names).size === names.length;
  throw usage('STACK_AMBIGUOUS', `${resolve(place)}: got ${meant.length} stack descriptors, expected one: ${meant.map(({ descriptor, file }) => `${descriptor.environment} (${file})`).join(', ')}`,
    `one of ${meant.map(({ descriptor, file }) => `--stack ${areDistinct ? `${place}#${descriptor.environment}` : file}`).join(', ')}`);
}

/** @throws SubmitterError STACK_MALFORMED */
export function descriptorIn(text: string, where: string): StackDescriptor {
  try {
    return readStackDescriptor(text, where);
  } catch (error) {
    if (!(error instanceof FormatError)) { throw error; }
    throw usage('STACK_MALFORMED', error.message, 'run cdk8s synth again with this release; a descriptor is not edited by hand');
  }
}

/** @throws SubmitterError JOB_UNKNOWN */
export function findJob(descriptor: StackDescriptor, name: string): JobDescriptor {
  const job = descriptor.jobs.find((candidate) => candidate.name === name);
  if (job) { return job; }
  const names = descriptor.jobs.map((candidate) => candidate.name);
  const near = closest(name, names);
  throw usage('JOB_UNKNOWN', `${descriptor.environment}: no job ${JSON.stringify(name)}, there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ') || 'none'}`,
    near ? `did you mean ${near}?` : 'declare it with addBackfill or addMaterializedView, then run cdk8s synth');
}

/** The descriptors at a path; where a folder itself has none, those one level below, since cdk8s can write a folder for each chart, and Helm has one. */
function search(path: string): { readonly files: string[]; readonly found: FoundText[] } {
  const files = manifestFiles(path);
  const found = files.flatMap((file) => descriptorTexts(file).map((text) => ({ file, text })));
  const folders = found.length > 0 ? [] : subfolders(path);
  const below = folders.flatMap((folder) => manifestFiles(folder));
  return {
    files: [...files, ...below],
    found: [...found, ...below.flatMap((file) => descriptorTexts(file).map((text) => ({ file, text })))],
  };
}

function subfolders(path: string): string[] {
  if (!statSync(path).isDirectory()) { return []; }
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => join(path, name)).sort();
}

function manifestFiles(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    throw usage('STACK_MISSING', `${resolve(path)}: no such file or directory, expected synthesized manifests`, 'run cdk8s synth, or pass --stack PATH');
  }
  if (!stats.isDirectory()) { return [resolve(path)]; }
  return readdirSync(path).filter((name) => /\.(ya?ml|json)$/.test(name)).sort().map((name) => resolve(join(path, name)));
}

function descriptorTexts(file: string): string[] {
  const content = readFileSync(file, 'utf8');
  if (!content.includes(STACK_DESCRIPTOR_LABEL) && !content.includes(BARE)) { return []; } // spares the parser megabytes of other manifests
  return parseAllDocuments(content).flatMap((document) => {
    if (document.errors.length > 0) {
      throw usage('STACK_MALFORMED', `${file}: ${document.errors[0].message.split('\n')[0]}`, 'run cdk8s synth again');
    }
    const object = document.toJS() as FoundDocument | null;
    if (isBare(object?.schema)) { return [content]; }
    const isDescriptor = object?.kind === 'ConfigMap' && object.metadata?.labels?.[STACK_DESCRIPTOR_LABEL] !== undefined;
    return isDescriptor ? [object.data?.[STACK_DESCRIPTOR_KEY] ?? ''] : [];
  });
}

/** What a file may hold. */
interface FoundDocument {
  readonly schema?: unknown;
  readonly kind?: string;
  readonly metadata?: { readonly labels?: Record<string, string> };
  readonly data?: Record<string, string>;
}

/** Whether a document is a descriptor as such, of whichever version: an output of `pulumi stack output`. */
function isBare(schema: unknown): boolean {
  return typeof schema === 'string' && schema.startsWith(BARE);
}

function usage(code: string, message: string, fix: string): SubmitterError {
  return new SubmitterError(code, ExitCode.USAGE, message, fix);
}
