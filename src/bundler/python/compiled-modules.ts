import { basename } from 'path';
import { describeTarget, isLibrary, LibraryTarget, misfit, pythonOf } from './libraries';
import { BundleError } from '../bundle-error';

const SHOWN = 10;

/**
 * Checks that the compiled modules among one's own code can run on the cluster. What is installed is checked by `checkPlatform`.
 *
 * Of the builds of a module, one has to fit: builds for other systems may lie beside it.
 *
 * @param paths what ships of the root
 * @returns minor release of the only Python that has all of them, if there is one
 * @throws BundleError WRONG_PLATFORM
 */
export function checkCompiledModules(root: string, paths: readonly string[], target: LibraryTarget): string | undefined {
  const builds = new Map<string, string[]>();
  for (const path of paths.filter(isLibrary).sort()) {
    const module = basename(path).split('.')[0];
    builds.set(module, [...builds.get(module) ?? [], path]);
  }
  const found = [...builds.values()].map((all) => misfit(root, all, target)).filter((one) => one !== undefined);
  if (found.length === 0) { return onlyPython([...builds.values()]); }
  const more = found.length > SHOWN ? `, and ${found.length - SHOWN} more` : '';
  throw new BundleError('WRONG_PLATFORM',
    `${root}: ${found.length} of the compiled modules can't run on ${describeTarget(target)}: ${found.slice(0, SHOWN).join(', ')}${more}`,
    `build them for ${describeTarget(target)} beside these, or exclude them; if the nodes are others, name their architecture`);
}

function onlyPython(modules: readonly string[][]): string | undefined {
  const choices = modules.map((builds) => builds.map(pythonOf)).filter((pythons) => !pythons.includes(undefined)); // the others run on any
  if (choices.length === 0) { return undefined; }
  const common = [...new Set(choices[0])].filter((python) => choices.every((pythons) => pythons.includes(python)));
  return common.length === 1 ? common[0]!.slice('Python '.length) : undefined;
}
