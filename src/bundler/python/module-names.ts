/**
 * As much of a module's dotted name as Python finds below a directory on its path: all of it, where the module can be imported from there.
 *
 * Directories without `__init__.py` count: they are packages, too.
 *
 * @param files what the directory holds, relative to it
 * @param module such as `features.text`
 */
export function nameFound(files: Iterable<string>, module: string): string {
  const names = module.split('.');
  let found = 0;
  for (const file of files) {
    if (file.startsWith(names[0])) { found = Math.max(found, namesOf(names, file.split('/'))); } // of 50,000 files few do
  }
  return names.slice(0, found).join('.');
}

/** How many of the names a file stands for, one after the other from the first. */
function namesOf(names: readonly string[], parts: readonly string[]): number {
  const differs = names.findIndex((name, i) => parts[i] !== name);
  const directories = differs === -1 ? names.length : differs;
  const isModule = directories < names.length && directories === parts.length - 1 && isModuleFile(parts[directories], names[directories]);
  return isModule ? directories + 1 : Math.min(directories, parts.length - 1);
}

/** `text.py`, or compiled: `text.cpython-312-x86_64-linux-gnu.so`. */
function isModuleFile(file: string, name: string): boolean {
  return file === `${name}.py` || file === `${name}.pyc` || (file.startsWith(`${name}.`) && file.endsWith('.so'));
}
