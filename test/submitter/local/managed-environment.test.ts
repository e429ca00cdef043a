import { findInterpreter } from '../../../src/submitter/local/interpreter';
import { managedEnvironment, managedEnvironmentFor } from '../../../src/submitter/local/managed-environment';
import { python } from '../local-stack';

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

test('its packages are compiled, as nobody does so later where PYTHONDONTWRITEBYTECODE is set', async () => {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  const [compiled, not] = python<[number, string[]]>(environment.python, `
import sys, os, json, ray, lance
files = [module.__file__ for module in list(sys.modules.values()) if (getattr(module, "__file__", None) or "").endswith(".py")]
of = [file for file in files if file.startswith(os.path.join(sys.prefix, ""))]
cached = sys.implementation.cache_tag
compiled = [file for file in of if os.path.exists(os.path.join(os.path.dirname(file), "__pycache__", f"{os.path.basename(file)[:-3]}.{cached}.pyc"))]
print(json.dumps([len(compiled), sorted(set(of) - set(compiled))]))`);
  expect(not).toEqual([]);
  expect(compiled).toBeGreaterThan(500);
}, 600_000);
