import { sep } from 'path';

/** Whether a path is of something in a directory; the directory itself is not in it. Both are real paths. */
export function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}
