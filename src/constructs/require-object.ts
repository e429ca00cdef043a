import { Construct } from 'constructs';
import { invalidValue } from '../spec/invalid-value';

/** What an option has to be, for programs without types. */
export interface ObjectOption {
  /** Name of the option. */
  readonly at: string;
  readonly got: unknown;
  /** By a method, or a field, one knows the class. */
  readonly has: string;
  readonly expected: string;
  readonly fix: string;
}

/**
 * Refuses an option that is of another class: what asks it something later would speak of a function that is not there.
 *
 * @param path construct path, or the function that the option was given to
 * @throws at once
 */
export function requireObject(path: string, { at, got, has, expected, fix }: ObjectOption): void {
  if (typeof got !== 'object' || got === null || !(has in got)) {
    throw invalidValue({ path, at, got: nameOf(got), expected, fix });
  }
}

/** Where the option is there. */
export function requireObjectIfGiven(path: string, option: ObjectOption): void {
  if (option.got !== undefined) { requireObject(path, option); }
}

/** Constructs know their parents, which is no JSON. */
function nameOf(got: unknown): unknown {
  return got instanceof Construct ? `the construct ${got.node.path}` : got;
}
