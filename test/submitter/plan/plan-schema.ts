import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv from 'ajv';

/** The check of what `plan --output json` prints. */
export const isPlanReport = new Ajv({ allErrors: true, allowUnionTypes: true })
  .compile(JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'schemas', 'plan-report.v1.schema.json'), 'utf8')) as object);
