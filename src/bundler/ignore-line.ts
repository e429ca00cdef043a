import { relative, sep } from 'path';

/**
 * A line of a .gitignore in `root` that means exactly this path.
 *
 * @param ending `/` for a directory alone
 */
export function ignoreLine(root: string, path: string, ending: string): string {
  return `/${relative(root, path).split(sep).join('/').replace(/[\\*?[\]!# ]/g, '\\$&')}${ending}`;
}
