import { invalidValue } from '../spec/invalid-value';

/** Refuses what nothing can be pulled by. */
export function requireImageName(path: string, at: string, got: unknown, fix: string): void {
  if (typeof got !== 'string' || !/^\S+$/.test(got)) {
    throw invalidValue({ path, at, got, expected: 'registry, repository and tag or digest', fix });
  }
}
