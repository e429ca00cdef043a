import { textOf } from './pages';
import { program } from '../../src/cli/program';
import { cliPage } from '../../tools/cli-page';

test('docs/cli.md is what the command line says of itself', () => {
  expect(textOf('docs/cli.md')).toBe(cliPage(program()));
});
