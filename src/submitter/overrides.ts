import { readFileSync } from 'fs';
import { join } from 'path';
import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';
import { packageRoot } from '../descriptor/package-root';
import { JobDescriptor } from '../descriptor/stack-descriptor';
import { closest } from '../spec/closest';

interface Property {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly $ref?: string;
  readonly properties?: Record<string, Property>;
  readonly additionalProperties?: boolean | Property;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
}

/** What makes a job this job and not another. */
const FIXED = ['name', 'kind'];

/**
 * Applies `--set key=value` to a job: `where=...`, `workers.concurrency=4`, `inputs.text=body`, `select=a,b`.
 *
 * @throws SubmitterError SET_UNKNOWN or SET_INVALID
 */
export function applyOverrides(job: JobDescriptor, assignments: readonly string[]): JobDescriptor {
  const definitions = jobDefinitions();
  return assignments.reduce((changed, assignment) => {
    const at = assignment.indexOf('=');
    if (at < 1) { throw invalid(assignment, 'expected key=value', '--set KEY=VALUE, such as --set batchRows=500'); }
    return assign(changed, assignment.slice(0, at).split('.'), assignment.slice(at + 1), definitions, assignment);
  }, job);
}

/**
 * The backfill, told to wait for another run that writes its column, as `--wait` asks.
 *
 * @throws SubmitterError WAIT_NOT_APPLICABLE for a view, which has no column to itself
 */
export function waiting(job: JobDescriptor): JobDescriptor {
  if (job.kind === 'backfill') { return { ...job, wait: true }; }
  throw new SubmitterError('WAIT_NOT_APPLICABLE', ExitCode.USAGE, `--wait: ${job.name} is a view, expected a backfill, whose column only one run writes at a time`,
    `geneva-stack submit ${job.name} without --wait; when two refreshes meet, one fails and is submitted again`);
}

function assign(job: JobDescriptor, path: string[], text: string, definitions: Record<string, Property>, assignment: string): JobDescriptor {
  const root = definitions[job.kind === 'backfill' ? 'backfill' : 'materializedView'];
  const property = find(root, path, definitions, assignment);
  const value = parse(property, text, assignment);
  const copy = structuredClone(job) as unknown as Record<string, unknown>;
  let holder = copy;
  for (const key of path.slice(0, -1)) {
    holder[key] ??= {};
    holder = holder[key] as Record<string, unknown>;
  }
  holder[path[path.length - 1]] = value;
  return copy as unknown as JobDescriptor;
}

function find(root: Property, path: string[], definitions: Record<string, Property>, assignment: string): Property {
  let property = root;
  for (const [index, key] of path.entries()) {
    const known = Object.keys(property.properties ?? {}).filter((name) => index > 0 || !FIXED.includes(name));
    const open = typeof property.additionalProperties === 'object' ? property.additionalProperties : undefined;
    const next = known.includes(key) ? property.properties?.[key] : open;
    if (!next) {
      const holder = path.slice(0, index);
      throw new SubmitterError('SET_UNKNOWN', ExitCode.USAGE, `--set ${assignment}: no setting ${JSON.stringify([...holder, key].join('.'))}, there are ${known.join(', ') || 'none'}`,
        knownInstead(key, holder, known));
    }
    property = resolve(next, definitions);
  }
  return property;
}

function knownInstead(key: string, holder: readonly string[], known: readonly string[]): string {
  if (known.length === 0) { return `--set ${holder.join('.')}=VALUE: it has no parts`; }
  const near = closest(key, known);
  return near ? `did you mean ${[...holder, near].join('.')}?` : `one of those, as in --set ${[...holder, known[0]].join('.')}=VALUE`;
}

function parse(property: Property, text: string, assignment: string): unknown {
  if (property.enum) { return parseOneOf(property.enum, text, assignment); }
  if (property.type === 'boolean') { return parseOneOf(['true', 'false'], text, assignment) === 'true'; }
  if (property.type === 'string') {
    if (text === '') { throw invalid(assignment, 'expected a value', `--set ${keyOf(assignment)}=VALUE, or leave it out to keep what the stack declares`); }
    return text;
  }
  if (property.type === 'integer' || property.type === 'number') { return parseNumber(property, text, assignment); }
  if (property.type === 'array') { return text.split(',').map((part) => part.trim()); }
  const parts = Object.keys(property.properties ?? {});
  throw invalid(assignment, `it has parts; set them one by one: ${parts.join(', ') || 'key.NAME=value'}`, `--set ${keyOf(assignment)}.${parts[0] ?? 'NAME'}=VALUE`);
}

function parseOneOf(values: readonly string[], text: string, assignment: string): string {
  if (!values.includes(text)) { throw invalid(assignment, `got ${JSON.stringify(text)}, expected ${values.join(' or ')}`, `--set ${keyOf(assignment)}=${values[0]}, or another of them`); }
  return text;
}

function parseNumber(property: Property, text: string, assignment: string): number {
  const value = Number(text);
  const fits = text.trim() !== '' && Number.isFinite(value) && (property.type === 'number' || Number.isInteger(value))
    && value >= (property.minimum ?? -Infinity) && value > (property.exclusiveMinimum ?? -Infinity);
  if (!fits) {
    const bound = property.minimum === undefined ? `above ${property.exclusiveMinimum}` : `of at least ${property.minimum}`;
    throw invalid(assignment, `got ${JSON.stringify(text)}, expected ${property.type === 'integer' ? 'a whole number' : 'a number'} ${bound}`, `--set ${keyOf(assignment)}=${Math.max(1, property.minimum ?? 1)}, for example`);
  }
  return value;
}

function resolve(property: Property, definitions: Record<string, Property>): Property {
  return property.$ref ? definitions[property.$ref.replace('#/definitions/', '')] : property;
}

function jobDefinitions(): Record<string, Property> {
  const schema = JSON.parse(readFileSync(join(packageRoot(), 'schemas', 'stack-descriptor.v1.schema.json'), 'utf8')) as { definitions: Record<string, Property> };
  return schema.definitions;
}

function keyOf(assignment: string): string {
  return assignment.slice(0, assignment.indexOf('='));
}

function invalid(assignment: string, why: string, fix: string): SubmitterError {
  return new SubmitterError('SET_INVALID', ExitCode.USAGE, `--set ${assignment}: ${why}`, fix);
}
