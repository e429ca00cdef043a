import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { meantDuration, meantSize } from './meant-amounts';
import { writtenOption } from './written-option';
import { invalidValue } from '../spec/invalid-value';
import { MIB } from '../spec/quantities';

/**
 * The bytes of a size, which cdk8s itself doesn't tell; a fraction where it is no whole number of them.
 *
 * @param path construct path, or the function that the size was given to
 * @throws when it is no Size, which only types refuse
 */
export function bytes(path: string, at: string, size: Size): number {
  if (typeof size?.toKibibytes !== 'function') {
    throw invalidValue({ path, at, got: size, expected: 'a Size', fix: `${writtenOption(at)}: ${meantSize(size)}` });
  }
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * 1024;
}

/** The bytes of a size, where one was given; refuses parts of a byte, and none at all. */
export function wholeBytes(path: string, at: string, size: Size | undefined): number | undefined {
  return size === undefined ? undefined : givenWholeBytes(path, at, size);
}

/** The bytes of a size; refuses parts of a byte, and none at all. */
export function givenWholeBytes(path: string, at: string, size: Size): number {
  const amount = bytes(path, at, size);
  if (!Number.isSafeInteger(amount) || amount < 1) {
    const mebibytes = Math.ceil(amount / MIB);
    throw invalidValue({ path, at, got: amount, expected: 'a whole number, at least 1', fix: `${writtenOption(at)}: ${meantSize(mebibytes * MIB)}` });
  }
  return amount;
}

/** Refuses a number that was given and isn't whole, is below `least` or above `most`. */
export function requireWhole(path: string, at: string, got: number | undefined, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (got !== undefined) {
    requireGivenWhole(path, at, got, least, most);
  }
}

/** Refuses a number that wasn't given, isn't whole, is below `least` or above `most`. */
export function requireGivenWhole(path: string, at: string, got: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isSafeInteger(got) || got < least || got > most) {
    const nearest = Number.isFinite(got) ? within(Math.ceil(got), least, most) : Math.max(least, 0);
    const expected = got > most && Number.isFinite(got) ? `at most ${most}` : `a whole number, at least ${least}`;
    throw invalidValue({ path, at, got, expected, fix: quotedNumber(at, got) ?? `use ${nearest}` });
  }
}

/** The seconds of a time, where one was given; refuses fractions, which Kubernetes has no field for, and what is below `least` or above `most`. */
export function wholeSeconds(
  path: string, at: string, time: Duration | undefined, least: number, most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const seconds = anySeconds(path, at, time);
  if (seconds !== undefined && (!Number.isInteger(seconds) || seconds < least || seconds > most)) {
    const fix = `Duration.seconds(${within(Math.ceil(seconds), least, most)})`;
    throw invalidValue({ path, at, got: `${seconds} seconds`, expected: seconds > most ? `at most ${most}` : `whole seconds, at least ${least}`, fix });
  }
  return seconds;
}

/** The seconds of a time, fractions included, where one was given. */
export function anySeconds(path: string, at: string, time: Duration | undefined): number | undefined {
  if (time !== undefined && typeof time?.toSeconds !== 'function') {
    throw invalidValue({ path, at, got: time, expected: 'a Duration', fix: `${writtenOption(at)}: ${meantDuration(time)}` });
  }
  return time?.toSeconds({ integral: false });
}

/** Refuses a number that was given and isn't above zero; fractions are welcome. */
export function requirePositive(path: string, at: string, got: number | undefined): void {
  if (got !== undefined && !(typeof got === 'number' && got > 0 && Number.isFinite(got))) {
    const fix = quotedNumber(at, got) ?? 'leave it out to have the default';
    throw invalidValue({ path, at, got, expected: 'a number above 0', fix });
  }
}

/** How to write a number that came as a text. */
function quotedNumber(at: string, got: unknown): string | undefined {
  const isNumber = typeof got === 'string' && /^\d+(\.\d+)?$/.test(got);
  return isNumber ? `${writtenOption(at)}: ${Number(got)}` : undefined;
}

/** The nearest number that is within bounds. */
function within(amount: number, least: number, most: number): number {
  return Math.min(Math.max(amount, least), most);
}
