import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { invalidValue } from '../spec/invalid-value';

/** The bytes of a size, which cdk8s itself doesn't tell. */
export function bytes(size: Size): number {
  return size.toKibibytes() * 1024;
}

/** Refuses a number that was given and isn't whole, or is below `least`. */
export function requireWhole(construct: Construct, at: string, got: number | undefined, least: number): void {
  if (got !== undefined && (!Number.isSafeInteger(got) || got < least)) {
    const nearest = Number.isFinite(got) ? Math.max(least, Math.ceil(got)) : least;
    throw invalidValue({ path: construct.node.path, at, got, expected: `a whole number, at least ${least}`, fix: `use ${nearest}` });
  }
}

/** Refuses a number that was given and isn't above zero; fractions are welcome. */
export function requirePositive(construct: Construct, at: string, got: number | undefined): void {
  if (got !== undefined && !(got > 0 && Number.isFinite(got))) {
    throw invalidValue({ path: construct.node.path, at, got, expected: 'a number above 0', fix: 'leave it out to have the default' });
  }
}
