import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { Construct } from 'constructs';
import { invalidValue } from '../spec/invalid-value';

/** The bytes of a size, which cdk8s itself doesn't tell; a fraction where it is no whole number of them. */
export function bytes(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024;
}

/** Refuses a number that was given and isn't whole, or is below `least`. */
export function requireWhole(construct: Construct, at: string, got: number | undefined, least: number): void {
  if (got !== undefined && (!Number.isSafeInteger(got) || got < least)) {
    const nearest = Number.isFinite(got) ? Math.max(least, Math.ceil(got)) : least;
    throw invalidValue({ path: construct.node.path, at, got, expected: `a whole number, at least ${least}`, fix: `use ${nearest}` });
  }
}

/** The seconds of a time, where one was given; refuses fractions, which Kubernetes has no field for, and what is below `least`. */
export function wholeSeconds(construct: Construct, at: string, time: Duration | undefined, least: number): number | undefined {
  const seconds = time?.toSeconds({ integral: false });
  if (seconds !== undefined && (!Number.isInteger(seconds) || seconds < least)) {
    const fix = `Duration.seconds(${Math.max(least, Math.ceil(seconds))})`;
    throw invalidValue({ path: construct.node.path, at, got: `${seconds} seconds`, expected: `whole seconds, at least ${least}`, fix });
  }
  return seconds;
}

/** Refuses a number that was given and isn't above zero; fractions are welcome. */
export function requirePositive(construct: Construct, at: string, got: number | undefined): void {
  if (got !== undefined && !(got > 0 && Number.isFinite(got))) {
    throw invalidValue({ path: construct.node.path, at, got, expected: 'a number above 0', fix: 'leave it out to have the default' });
  }
}
