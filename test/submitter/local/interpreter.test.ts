import { chmodSync } from 'fs';
import { join } from 'path';
import { findInterpreter } from '../../../src/submitter/local/interpreter';
import { tree } from '../../temporary-directory';

function fake(version: string): string {
  const path = join(tree({ python: `#!/bin/sh\necho /fake/python\necho ${version}\n` }), 'python');
  chmodSync(path, 0o755);
  return path;
}

test('a Python that the runtime runs on is found', () => {
  expect(findInterpreter().version).toMatch(/^3\.1[0-3]\.\d+$/);
  expect(findInterpreter(fake('3.13.1'))).toEqual({ path: '/fake/python', version: '3.13.1' });
});

test.each(['3.9.18', '3.14.0', '2.7.18'])('%s is refused with what was found', (version) => {
  expect(() => findInterpreter(fake(version))).toThrow(expect.objectContaining({
    code: 'PYTHON_MISSING', exitCode: 7, message: `no suitable Python: /fake/python is ${version}, expected 3.10 to 3.13`,
  }));
});

test('a program that is not there is named', () => {
  expect(() => findInterpreter('/no/python')).toThrow('none of /no/python runs');
});
