import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Format, formatValidator } from '../../src/descriptor/format';

const FIXTURES = join(__dirname, '..', '..', 'schemas', 'fixtures');
const FORMATS: Format[] = ['bundle-manifest', 'stack-descriptor', 'runtime-job-spec', 'run-record', 'runtime-event'];

function fixtures(format: Format, kind: 'valid' | 'invalid'): Array<[string, unknown]> {
  const folder = join(FIXTURES, format, kind);
  return readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]);
}

test('there are fixtures of these formats and no others', () => {
  expect(readdirSync(FIXTURES).sort()).toEqual([...FORMATS].sort());
});

describe.each(FORMATS)('%s', (format) => {
  test.each(fixtures(format, 'valid'))('%s is valid', (_, document) => {
    const validate = formatValidator(format);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  test.each(fixtures(format, 'invalid'))('%s is not', (_, document) => {
    expect(formatValidator(format)(document)).toBe(false);
  });
});
