import { inWords } from './given-value';

/** A value that can't be meant, found where it was given. */
export interface InvalidValue {
  /** Construct path or resource name. */
  readonly path: string;
  /** The prop. */
  readonly at: string;
  readonly got: unknown;
  readonly expected: string;
  readonly fix: string;
}

/** The error to throw for a single bad value. Rules speak in the same words, all at once at synth. */
export function invalidValue(value: InvalidValue): Error {
  return new Error(`${value.path}: ${value.at}: got ${inWords(value.got)}, expected ${value.expected}.\n  Fix: ${value.fix}`);
}
