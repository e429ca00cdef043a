/** Writes docs/cli.md from the command line's own definitions: `npx ts-node --transpile-only tools/write-cli-page.ts`, after `npx projen make`. */

import { writeFileSync } from 'fs';
import { join } from 'path';
import { cliPage } from './cli-page';
import { program } from '../src/cli/program';

writeFileSync(join(__dirname, '..', 'docs', 'cli.md'), cliPage(program()));
