import { findInterpreter } from '../../../src/submitter/local/interpreter';
import { managedEnvironmentFor } from '../../../src/submitter/local/managed-environment';

test('another Python or another lock is another environment', () => {
  const interpreter = findInterpreter();
  const names = [
    managedEnvironmentFor(interpreter, 'requirements.lock'),
    managedEnvironmentFor(interpreter, 'requirements-dev.lock'),
    managedEnvironmentFor({ ...interpreter, version: '3.10.1' }, 'requirements.lock'),
    managedEnvironmentFor({ ...interpreter, path: '/other/python' }, 'requirements.lock'),
  ].map(({ directory }) => directory);
  expect(new Set(names).size).toBe(4);
  expect(managedEnvironmentFor(interpreter, 'requirements.lock').directory).toBe(names[0]);
});
