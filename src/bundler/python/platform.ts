import { Distribution, distributions, normalizedName } from './distributions';
import { isLibrary, misfit } from './libraries';
import { minorOf, PythonTarget, tagFits } from './wheel-tags';
import { BundleError } from '../bundle-error';
import { resolveRoot, RootSource } from '../root-source';
import { walk } from '../walk';

const SHOWN = 10;

/**
 * Checks that what is installed in a site-packages root can run on the cluster: by the tags of the wheels and by the first bytes of the libraries.
 *
 * @throws BundleError WRONG_PLATFORM
 */
export function checkPlatform(source: RootSource, target: PythonTarget): void {
  minorOf(target);
  const root = resolveRoot(source);
  const shipped = walk(root, source).files.map(({ path }) => path);
  const metadata = new Set(shipped.map((path) => path.split('/')[0]));
  const wheels = distributions(root).filter((installed) => metadata.has(installed.metadata) && wrongWheel(installed, target));
  const files = wrongLibraries(root, shipped, target, new Set(wheels.map(({ name }) => normalizedName(name))));
  const found = [...wheels.map(({ name, version, tags }) => `${name} ${version} (${tags[0]})`), ...files];
  if (found.length === 0) { return; }
  const more = found.length > SHOWN ? `, and ${found.length - SHOWN} more` : '';
  throw new BundleError('WRONG_PLATFORM',
    `${source.path}: ${found.length} of what is installed can't run on Python ${target.pythonVersion} on ${target.platform} ${target.arch}: `
      + `${found.slice(0, SHOWN).join(', ')}${more}`,
    `let the image have the packages (SitePackages.inImage()), or bundle on ${target.platform} ${target.arch} with Python ${target.pythonVersion}`);
}

function wrongWheel({ tags }: Distribution, target: PythonTarget): boolean {
  return tags.length > 0 && !tags.some((tag) => tagFits(tag, target));
}

/**
 * A library of each top-level package none of whose libraries fits.
 *
 * Not every library that doesn't fit: some wheels for Linux carry those of other systems too and choose at run time.
 */
function wrongLibraries(root: string, shipped: readonly string[], target: PythonTarget, told: ReadonlySet<string>): string[] {
  const packages = new Map<string, string[]>();
  for (const path of shipped.filter(isLibrary).sort()) {
    const top = path.split('/')[0].split('.')[0];
    packages.set(top, [...packages.get(top) ?? [], path]);
  }
  return [...packages].filter(([top]) => !told.has(normalizedName(top))).flatMap(([, paths]) => misfit(root, paths, target) ?? []);
}
