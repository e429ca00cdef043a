import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { imageRecipe } from '../../bundler/python/image-recipe';
import { ExitCode } from '../../submitter/exit-code';
import { SubmitterError } from '../../submitter/submitter-error';
import { Io } from '../io';
import { CommonOptions } from '../options';

/** Options of `geneva-stack image-recipe`. */
export interface ImageRecipeOptions extends CommonOptions {
  readonly python: string;
  readonly base: string;
  readonly directory: string;
}

/** `geneva-stack image-recipe` */
export async function imageRecipeCommand(io: Io, options: ImageRecipeOptions): Promise<ExitCode> {
  const recipe = imageRecipe({ interpreter: options.python, baseImage: options.base });
  const files = { 'Dockerfile': recipe.dockerfile, 'requirements.txt': recipe.requirements };
  mkdirSync(options.directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) { checkNotOthers(join(options.directory, name), content); }
  for (const [name, content] of Object.entries(files)) { writeFileSync(join(options.directory, name), content); }
  io.result({ directory: options.directory, files: Object.keys(files) },
    () => `wrote Dockerfile and requirements.txt; build the image with: docker build -t IMAGE ${options.directory}`);
  return ExitCode.OK;
}

/** Somebody may have written a Dockerfile of their own there. */
function checkNotOthers(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== content) {
    throw new SubmitterError('FILE_EXISTS', ExitCode.USAGE, `${path} is there already, with another content`, 'move it away, or give another --directory');
  }
}
