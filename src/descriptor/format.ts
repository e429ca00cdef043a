import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv, { ValidateFunction } from 'ajv';
import { packageRoot } from './package-root';

/** The formats that are contracts; each has its schema in `schemas/`. */
export type Format = 'bundle-manifest' | 'stack-descriptor' | 'runtime-job-spec' | 'run-record' | 'runtime-event';

const SCHEMA_IDS: Record<Format, string> = {
  'bundle-manifest': 'urn:geneva-constructs:bundle-manifest:v1',
  'stack-descriptor': 'urn:geneva-constructs:stack-descriptor:v1',
  'runtime-job-spec': 'urn:geneva-constructs:runtime-job-spec:v1',
  'run-record': 'urn:geneva-constructs:run-record:v1',
  'runtime-event': 'urn:geneva-constructs:runtime-events:v1',
};

/** A document that does not follow its format. */
export class FormatError extends Error {
  constructor(public readonly where: string, public readonly problems: string[]) {
    super(`${where}: ${problems.join('; ')}`);
    this.name = 'FormatError';
  }
}

const validators = new Map<Format, ValidateFunction>();

/** The check of a format, compiled from its schema on first use. */
export function formatValidator(format: Format): ValidateFunction {
  const known = validators.get(format);
  if (known) { return known; }
  const ajv = new Ajv({ allErrors: true, discriminator: true, strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/ } });
  if (format !== 'stack-descriptor') { ajv.addSchema(schema('stack-descriptor')); } // its job definition is shared
  const validator = ajv.compile(schema(format));
  validators.set(format, validator);
  return validator;
}

function schema(format: Format): { $id: string } {
  const parsed = JSON.parse(readFileSync(join(packageRoot(), 'schemas', `${format}.v1.schema.json`), 'utf8')) as { $id: string };
  if (parsed.$id !== SCHEMA_IDS[format]) { throw new Error(`schemas/${format}.v1.schema.json is ${parsed.$id}, expected ${SCHEMA_IDS[format]}`); }
  return parsed;
}
