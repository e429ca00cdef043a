import { ErrorObject } from 'ajv';
import { FormatError, formatValidator } from './format';
import { STACK_DESCRIPTOR_SCHEMA, StackDescriptor } from './stack-descriptor';

/**
 * Reads a stack descriptor.
 *
 * @param text JSON, as found in the ConfigMap
 * @param where file or object it came from, for messages
 * @throws FormatError with every place that is wrong
 */
export function readStackDescriptor(text: string, where: string): StackDescriptor {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new FormatError(where, [`not JSON: ${(error as Error).message}`]);
  }
  checkVersion(data, where);
  const validate = formatValidator('stack-descriptor');
  if (!validate(data)) {
    throw new FormatError(where, (validate.errors ?? []).map((error) => describe(error, data)));
  }
  return data as StackDescriptor;
}

function checkVersion(data: unknown, where: string): void {
  const found = (data as { schema?: unknown } | null)?.schema;
  if (found !== STACK_DESCRIPTOR_SCHEMA) {
    throw new FormatError(where, [`got format ${JSON.stringify(found)}, this release reads ${STACK_DESCRIPTOR_SCHEMA}`]);
  }
}

function describe(error: ErrorObject, data: unknown): string {
  const at = error.instancePath || '/';
  const given = error.instancePath.split('/').slice(1).reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], data);
  const { additionalProperty, allowedValue, tagValue } = error.params as Record<string, unknown>;
  const detail = additionalProperty ?? allowedValue ?? tagValue;
  const shown = typeof given === 'object' ? '' : `, got ${JSON.stringify(given)}`;
  return `${at} ${error.message}${detail === undefined ? '' : ` (${JSON.stringify(detail)})`}${shown}`;
}
