import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { Construct } from 'constructs';
import { meantDuration, meantSize } from './meant-amounts';
import { invalidValue } from '../spec/invalid-value';

/**
 * The bytes of a size, which cdk8s itself doesn't tell; a fraction where it is no whole number of them.
 *
 * @param path construct path, or the function that the size was given to
 * @throws when it is no Size, which only types refuse
 */
export function bytes(path: string, at: string, size: Size): number {
  if (typeof size?.toKibibytes !== 'function') {
    throw invalidValue({ path, at, got: size, expected: 'a Size', fix: `${option(at)}: ${meantSize(size)}` });
  }
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024;
}

/** The bytes of a size, where one was given; refuses parts of a byte, and none at all. */
export function wholeBytes(construct: Construct, at: string, size: Size | undefined): number | undefined {
  const amount = size === undefined ? undefined : bytes(construct.node.path, at, size);
  requireWhole(construct, at, amount, 1);
  return amount;
}

/** Refuses a number that was given and isn't whole, or is below `least`. */
export function requireWhole(construct: Construct, at: string, got: number | undefined, least: number): void {
  if (got !== undefined) {
    requireGivenWhole(construct, at, got, least);
  }
}

/** Refuses a number that wasn't given, isn't whole, or is below `least`. */
export function requireGivenWhole(construct: Construct, at: string, got: number, least: number): void {
  if (!Number.isSafeInteger(got) || got < least) {
    const nearest = Number.isFinite(got) ? Math.max(least, Math.ceil(got)) : least;
    throw invalidValue({ path: construct.node.path, at, got, expected: `a whole number, at least ${least}`, fix: quotedNumber(at, got) ?? `use ${nearest}` });
  }
}

/** The seconds of a time, where one was given; refuses fractions, which Kubernetes has no field for, and what is below `least`. */
export function wholeSeconds(construct: Construct, at: string, time: Duration | undefined, least: number): number | undefined {
  const seconds = anySeconds(construct, at, time);
  if (seconds !== undefined && (!Number.isInteger(seconds) || seconds < least)) {
    const fix = `Duration.seconds(${Math.max(least, Math.ceil(seconds))})`;
    throw invalidValue({ path: construct.node.path, at, got: `${seconds} seconds`, expected: `whole seconds, at least ${least}`, fix });
  }
  return seconds;
}

/** The seconds of a time, fractions included, where one was given. */
export function anySeconds(construct: Construct, at: string, time: Duration | undefined): number | undefined {
  if (time !== undefined && typeof time?.toSeconds !== 'function') {
    throw invalidValue({ path: construct.node.path, at, got: time, expected: 'a Duration', fix: `${option(at)}: ${meantDuration(time)}` });
  }
  return time?.toSeconds({ integral: false });
}

/** Refuses a number that was given and isn't above zero; fractions are welcome. */
export function requirePositive(construct: Construct, at: string, got: number | undefined): void {
  if (got !== undefined && !(got > 0 && Number.isFinite(got))) {
    const fix = quotedNumber(at, got) ?? 'leave it out to have the default';
    throw invalidValue({ path: construct.node.path, at, got, expected: 'a number above 0', fix });
  }
}

/** How to write a number that came as a text. */
function quotedNumber(at: string, got: unknown): string | undefined {
  const isNumber = typeof got === 'string' && /^\d+(\.\d+)?$/.test(got);
  return isNumber ? `${option(at)}: ${Number(got)}` : undefined;
}

/** The option itself, as it is written: `worker group "cpu" memory` and `runClusters.timeLimit` are told by their last word. */
function option(at: string): string {
  return at.split(/[ .]/).pop()!;
}
