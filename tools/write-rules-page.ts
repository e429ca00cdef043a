/** Writes docs/rules.md from the rule catalogue: `npx ts-node --transpile-only tools/write-rules-page.ts`. */

import { writeFileSync } from 'fs';
import { join } from 'path';
import { rulesPage } from '../src/spec/rules/page';

writeFileSync(join(__dirname, '..', 'docs', 'rules.md'), rulesPage());
