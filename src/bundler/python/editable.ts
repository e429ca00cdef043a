import { readdirSync, readFileSync } from 'fs';
import { dirname, join } from 'path';
import { distributions } from './distributions';

/** A directory that an editable install makes importable. */
export interface EditableRoot {
  readonly path: string;
  /** Names of the top-level modules that are meant; what else lies there is not installed. */
  readonly names: readonly string[];
}

/** What the editable installs of a site-packages directory point to. */
export interface Editables {
  /** Behind import hooks, so that `sys.path` doesn't show them. */
  readonly hooked: readonly EditableRoot[];
  /** Distributions that are imported from a project directory of this machine. */
  readonly projects: readonly { readonly name: string; readonly path: string }[];
  /** Modules that have another name than their directory: no entry of a path can offer those. */
  readonly renamed: readonly { readonly module: string; readonly path: string }[];
}

const FINDER = /^__editable___\w+_finder\.py$/;

/** A pair of Python string literals, as `repr` writes a dictionary of them. */
const PAIR = /(['"])((?:\\.|(?!\1).)*)\1\s*:\s*(['"])((?:\\.|(?!\3).)*)\3/g;

/**
 * Reads what setuptools and pip note about editable installs. Nothing of it is run.
 *
 * Those that are a line with a directory in a `.pth` file are on `sys.path` already.
 */
export function editables(sitePackages: string): Editables {
  const modules = readdirSync(sitePackages).filter((name) => FINDER.test(name)).sort()
    .flatMap((name) => mapping(readFileSync(join(sitePackages, name), 'utf8')));
  const placed = modules.map(({ module, path }) => ({ module, path, root: rootOf(module, path) }));
  const roots = new Map<string, Set<string>>();
  for (const { module, root } of placed.filter((one) => one.root !== undefined)) {
    roots.set(root!, (roots.get(root!) ?? new Set()).add(module.split('.')[0]));
  }
  return {
    hooked: [...roots].map(([path, names]) => ({ path, names: [...names].sort() })),
    projects: distributions(sitePackages).flatMap(({ name, origin }) => origin?.editable && origin.path ? [{ name, path: origin.path }] : []),
    renamed: placed.filter(({ root }) => root === undefined).map(({ module, path }) => ({ module, path })),
  };
}

/** The `MAPPING` of a finder module: from module to where it is. */
function mapping(source: string): { module: string; path: string }[] {
  const literal = /^MAPPING\b[^=]*=\s*(\{.*\})\s*$/m.exec(source)?.[1] ?? '';
  return [...literal.matchAll(PAIR)].map(([, , module, , path]) => ({ module, path: path.replace(/\\(.)/g, '$1') }));
}

/** The directory from which `module` is imported, if it is at `path` and the names agree. */
function rootOf(module: string, path: string): string | undefined {
  const parts = module.split('.');
  const bare = path.replace(/\.py$/, '');
  return bare.endsWith(`/${parts.join('/')}`) ? parts.reduce(dirname, bare) : undefined;
}
