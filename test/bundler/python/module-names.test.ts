import * as fc from 'fast-check';
import { nameFound } from '../../../src/bundler/python/module-names';

const FILES = ['setup.py', 'features/__init__.py', 'features/text.py', 'features/deep/more/words.py', 'features/fast.cpython-312-x86_64-linux-gnu.so', 'old.pyc', 'README.md', 'data/rows.csv'];

test.each([
  ['features.text', 'features.text'],
  ['features', 'features'],
  ['features.fast', 'features.fast'],
  ['features.deep.more.words', 'features.deep.more.words'],
  ['features.deep.more', 'features.deep.more'], // a package without __init__.py
  ['setup', 'setup'],
  ['old', 'old'],
  ['features.txt', 'features'],
  ['features.deep.words', 'features.deep'],
  ['features.text.deeper', 'features.text'],
  ['feature.text', ''],
  ['text', ''],
  ['README', ''],
  ['setup.py', 'setup'],
])('of %s Python finds %p', (module, found) => {
  expect(nameFound(FILES, module)).toBe(found);
});

test('of a module whose file is there all of the name, of a longer one just that, of one beside it its directories', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
    const files = [`${names.join('/')}.py`];
    expect(nameFound(files, names.join('.'))).toBe(names.join('.'));
    expect(nameFound(files, [...names, 'further'].join('.'))).toBe(names.join('.'));
    expect(nameFound(files, [...names.slice(0, -1), 'beside'].join('.'))).toBe(names.slice(0, -1).join('.'));
  }));
});
