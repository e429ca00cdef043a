import { existsSync } from 'fs';
import { dirname, join } from 'path';

/** The folder of this package: it holds `schemas/` and `runtime/`, from the sources as from the packed file. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    folder = dirname(folder);
  }
  return folder;
}
