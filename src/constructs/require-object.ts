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
 * @throws at the construct
 */
export function requireObject(construct: Construct, { at, got, has, expected, fix }: ObjectOption): void {
  if (typeof got !== 'object' || got === null || !(has in got)) {
    throw invalidValue({ path: construct.node.path, at, got: inWords(got), expected, fix });
  }
}

/** Where the option is there. */
export function requireObjectIfGiven(construct: Construct, option: ObjectOption): void {
  if (option.got !== undefined) { requireObject(construct, option); }
}

/** Constructs know their parents, which is no JSON. */
function inWords(got: unknown): unknown {
  return got instanceof Construct ? `the construct ${got.node.path}` : got;
}
