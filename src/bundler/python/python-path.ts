import { existsSync, statSync } from 'fs';
import { basename, isAbsolute, join, resolve } from 'path';
import { Editables, editables } from './editable';
import { InterpreterFacts, interpreterFacts } from './interpreter-facts';
import { ignoreLine } from '../ignore-line';
import { isInside } from '../inside';
import { realpathOr, RootKind, RootSource } from '../root-source';

/** Whose Python path. */
export interface ScanOptions {
  /** Path or name of the Python. @default python3 */
  readonly interpreter?: string;
  /** The code you write. First on the path, as Python has the directory of a script. */
  readonly workspace: Omit<RootSource, 'kind'>;
}

/** Something on the path that does not ship as it is. Not the standard library: nobody expects that to. */
export interface PathNote {
  readonly path: string;
  readonly reason: string;
}

/** The path of an interpreter, as roots. */
export interface PythonPath {
  readonly python: InterpreterFacts;
  /** In sys.path order, no file in two of them. */
  readonly roots: readonly RootSource[];
  readonly notes: readonly PathNote[];
}

/** Left out of every site-packages directory. */
export const SITE_PACKAGES_EXCLUDE = [
  '/*.pth', '/*.egg-link', '/__editable__*', // name directories of this machine, and do nothing for a directory that is put on sys.path
  '/*.dist-info/direct_url.json', '/*.dist-info/uv_cache.json', // local paths and times
];

/** A root on the way to becoming a source. */
interface Candidate extends RootSource {
  readonly real: string;
  /** Of the modules that are meant. Absent: all that is there. */
  readonly names?: readonly string[];
}

/**
 * Asks an interpreter for its path and tells what each entry is.
 *
 * @throws BundleError PYTHON_MISSING or PYTHON_FAILED
 */
export function scanPythonPath(options: ScanOptions): PythonPath {
  const python = interpreterFacts(options.interpreter ?? 'python3');
  const scan = new Scan(python, options.workspace);
  return { python, roots: scan.roots(), notes: scan.notes };
}

class Scan {
  public readonly notes: PathNote[] = [];
  private readonly workspace: Candidate;
  private readonly standardLibrary: ReadonlySet<string>;
  private readonly sitePackages: readonly string[];
  private readonly editables: readonly Editables[];
  private readonly projects: readonly string[];

  constructor(private readonly python: InterpreterFacts, workspace: Omit<RootSource, 'kind'>) {
    this.workspace = { ...workspace, ...candidate('workspace', resolve(workspace.path)) };
    this.standardLibrary = new Set(python.standardLibrary.map(realpathOr));
    this.sitePackages = python.sitePackages.map(realpathOr);
    const present = python.path.map(realpathOr).filter((path) => this.isSitePackages(path) && isDirectory(path));
    this.editables = [...new Set(present)].map(editables);
    this.projects = this.editables.flatMap(({ projects }) => projects.map(({ path }) => realpathOr(path)));
  }

  public roots(): RootSource[] {
    const listed = this.python.path.map((entry) => this.entry(entry)).filter((found) => found !== undefined);
    const hooked = this.editables.flatMap((found) => found.hooked).map(({ path, names }) => ({ ...candidate('workspace', path), names }));
    const distinct = this.distinct([this.workspace, ...listed, ...hooked]);
    this.noteUnresolved([...listed, ...hooked]);
    return distinct.map((root) => this.source(root, distinct));
  }

  private entry(path: string): Candidate | undefined {
    const real = realpathOr(path);
    if (this.standardLibrary.has(real) || /^python3\d+\.zip$/.test(basename(path))) { return undefined; } // the image has its own
    if (!isAbsolute(path)) { return undefined; } // a hook of an editable install
    if (!existsSync(path)) { return this.drop(path, 'not there'); }
    if (!isDirectory(real)) { return this.drop(path, 'an archive, not a directory: install what is in it'); }
    return candidate(this.kindOf(real), path);
  }

  private kindOf(real: string): RootKind {
    if (this.isSitePackages(real) || this.sitePackages.some((site) => isInside(real, site))) { return 'site-packages'; }
    return isInside(real, this.workspace.real) || this.projects.some((project) => real === project || isInside(real, project)) ? 'workspace' : 'other';
  }

  private isSitePackages(real: string): boolean {
    return this.sitePackages.includes(real) || /^(site|dist)-packages$/.test(basename(real));
  }

  /** The first of those that are the same directory, with the names of all. */
  private distinct(candidates: readonly Candidate[]): Candidate[] {
    const found = new Map<string, Candidate>();
    for (const next of candidates) {
      const first = found.get(next.real);
      if (first && first.path !== next.path) { this.drop(next.path, `the same directory as ${first.path}`); }
      const names = first?.names && next.names ? [...new Set([...first.names, ...next.names])].sort() : undefined;
      found.set(next.real, first ? { ...first, names } : next);
    }
    return [...found.values()];
  }

  private noteUnresolved(roots: readonly Candidate[]): void {
    for (const { projects, renamed } of this.editables) {
      for (const { module, path } of renamed) {
        this.drop(path, `an editable install imports it as ${module}, another name than the directory's: install it without -e`);
      }
      for (const { name, path } of projects) {
        const real = realpathOr(path);
        const found = [...roots.map((root) => root.real), ...renamed.map((one) => realpathOr(one.path))];
        if (found.some((place) => place === real || isInside(place, real))) { continue; }
        this.drop(path, `an editable install of ${name} by a hook that can't be read: add the directory that holds its modules as a root`);
      }
    }
  }

  private source(root: Candidate, all: readonly Candidate[]): RootSource {
    const { real, names, ...source } = root;
    const nested = all.filter((inner) => isInside(inner.real, real)).flatMap((inner) => this.nested(root.path, real, inner));
    const environment = isInside(realpathOr(this.python.prefix), real) ? [ignoreLine(real, realpathOr(this.python.prefix), '/')] : [];
    const exclude = [
      ...names ? ['/*', ...names.flatMap((name) => [`!/${name}`, `!/${name}.*`])] : [],
      ...root.kind === 'site-packages' ? SITE_PACKAGES_EXCLUDE : [],
      ...root.exclude ?? [],
      ...nested,
      ...environment,
    ];
    return exclude.length > 0 ? { ...source, exclude } : source;
  }

  /** What the outer root leaves to a root inside it. A package can be imported from both, so it stays in both. */
  private nested(outer: string, outerReal: string, inner: Candidate): string[] {
    if (existsSync(join(inner.real, '__init__.py'))) { return []; }
    this.drop(inner.path, `ships as a root of its own, so ${outer} goes without it`);
    if (!inner.names) { return [ignoreLine(outerReal, inner.real, '/')]; }
    return inner.names.flatMap((name) => ['', '.*'].map((ending) => ignoreLine(outerReal, join(inner.real, name), ending)));
  }

  private drop(path: string, reason: string): undefined {
    this.notes.push({ path, reason });
    return undefined;
  }
}

function candidate(kind: RootKind, path: string): Candidate {
  return { kind, path, real: realpathOr(path) };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
