import { readFileSync } from 'fs';
import { join } from 'path';
import * as catalogue from '../../../src/spec/rules/catalogue';
import { rulesPage } from '../../../src/spec/rules/page';

const RULES = [...new Set(Object.values(catalogue).flat())];

test('ids are of the form FAMILY-NUMBER and never used twice', () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids.filter((id) => !/^[A-Z]+-[A-Z]?\d+[a-z]?$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('docs/rules.md is what the rules say', () => {
  expect(readFileSync(join(__dirname, '..', '..', '..', 'docs', 'rules.md'), 'utf8')).toBe(rulesPage());
});
