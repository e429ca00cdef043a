import { KnownOptions } from './known-options';
import { closest } from '../spec/closest';
import { invalidValue } from '../spec/invalid-value';

/**
 * Refuses options that are missing, or are none at all.
 *
 * @param path construct path, or the function that the options were given to
 * @param known all that there are
 * @param of what they are of, where the path doesn't say it
 */
export function requireOptions(path: string, options: unknown, known: KnownOptions, of = ''): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const needed = Object.keys(known).filter((name) => known[name] === 'needed').map((name) => `${name}: ...`);
    const fix = needed.length > 0 ? `{ ${needed.join(', ')} }` : 'leave them out to have the defaults';
    throw invalidValue({ path, at: `${of} options`.trim(), got: options, expected: 'options by their names', fix });
  }
}

/** Those of some options that are known: what is passed on to a part takes no others. */
export function onlyKnown<T extends object>(options: T, known: KnownOptions): T {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in known)) as T;
}

/**
 * Refuses an option that there isn't, which would pass without a word where nobody checks types. Options of subclasses are theirs to check.
 *
 * @param path construct path, or the function that the options were given to
 * @param known all that there are
 * @param of what they are of, where the path doesn't say it
 */
export function requireKnown(path: string, options: object, known: KnownOptions, of = ''): void {
  requireOptions(path, options, known, of);
  const strange = Object.entries(options).find(([name, value]) => value !== undefined && !(name in known))?.[0];
  if (strange !== undefined) {
    const names = Object.keys(known).sort();
    const alike = names.filter((name) => isBeginning(name, strange));
    const meant = closest(strange, [...alike, ...names]) ?? alike[0];
    const said = meant === undefined ? { expected: `one of ${names.join(', ')}`, fix: `drop ${strange}` } : { expected: 'one that there is', fix: `did you mean ${meant}?` };
    throw invalidValue({ path, at: `${of} option`.trim(), got: strange, ...said });
  }
}

/** Whether one is the other with something behind it: gpu is meant for gpus, although cpu is as near. */
function isBeginning(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
