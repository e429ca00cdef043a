import { oneOf, Problem, refuse } from './input-problems';
import { BundleRootArgs } from './workspace-bundle-args';
import { BundleError } from '../bundler/bundle-error';
import { BundlePlan, longestNameFound, planBundle, RootSource } from '../bundler/plan';
import { packageRoot } from '../bundler/python/python-roots';

/** What ships, and the Python that it needs. */
export interface PlannedBundle {
  readonly plan: BundlePlan;
  /** Python minor release that packages and compiled modules in it are for. Absent: there are none. */
  readonly pythonVersion?: string;
  /** As much of a module's dotted name as Python finds in it. */
  readonly nameFound: (module: string) => string;
}

const KINDS = ['workspace', 'site-packages'];
const NOTEBOOKS = ['exclude', 'isolate'] as const;
const ARCHITECTURES = ['x86_64', 'aarch64'] as const;

/**
 * Hashes what ships. Reads files and touches no network.
 *
 * @throws InputPropertiesError when a root can't ship
 */
export function planRoots(name: string, roots: readonly BundleRootArgs[]): PlannedBundle {
  refuse('WorkspaceBundle', name, [
    ...(roots.length === 0 ? [{ propertyPath: 'roots', reason: 'got an empty list, expected the directories that ship, at least one' }] : []),
    ...roots.flatMap(rootProblems),
  ]);
  try {
    const found = roots.map(source);
    const plan = planBundle({ roots: found.flatMap((each) => each.roots) });
    const pythonVersions = [...new Set([...found, ...plan.roots].flatMap(({ pythonVersion }) => pythonVersion ?? []))];
    refuse('WorkspaceBundle', name, pythonVersions.length > 1 ? [{ propertyPath: 'roots', reason: `got packages for Python ${pythonVersions.join(' and ')}, expected those for one` }] : []);
    return { plan, pythonVersion: pythonVersions[0], nameFound: (module) => longestNameFound(plan.roots, module) };
  } catch (error) {
    if (!(error instanceof BundleError)) { throw error; }
    refuse('WorkspaceBundle', name, [{ propertyPath: 'roots', reason: `${error.message}. Fix: ${error.fix}` }]);
    throw error;
  }
}

function source({ kind = 'workspace', path, exclude, notebooks, architecture = 'x86_64', pythonVersion }: BundleRootArgs) {
  const arch = architecture as typeof ARCHITECTURES[number];
  const workspace: RootSource = { kind: 'workspace', path, exclude, notebooks: notebooks as typeof NOTEBOOKS[number] | undefined, runsOn: { arch } };
  return kind === 'workspace' ? { roots: [workspace], pythonVersion: undefined } : packageRoot({ path, pythonVersion: pythonVersion!, arch, exclude });
}

function rootProblems({ kind, notebooks, architecture, pythonVersion }: BundleRootArgs, i: number): Problem[] {
  const at = `roots[${i}]`;
  return [
    ...oneOf(`${at}.kind`, kind, KINDS),
    ...oneOf(`${at}.notebooks`, notebooks, NOTEBOOKS),
    ...oneOf(`${at}.architecture`, architecture, ARCHITECTURES),
    ...(kind === 'site-packages' && pythonVersion === undefined ? [{ propertyPath: `${at}.pythonVersion`, reason: 'got nothing, expected the Python that the packages are for, such as "3.12"' }] : []),
  ];
}
