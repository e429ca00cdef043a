import { Io, OutputMode } from '../../src/cli/io';

/** What is printed on stdout. */
function printed(mode: OutputMode, print: (io: Io) => void): string {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((part) => { text += String(part); return true; });
  try {
    print(new Io(mode, false));
  } finally {
    write.mockRestore();
  }
  return text;
}

test.each<[OutputMode, string]>([
  ['text', 'two\n'],
  ['json', '[\n  {\n    "run": 1\n  },\n  {\n    "run": 2\n  }\n]\n'],
  ['ndjson', '{"run":1}\n{"run":2}\n'],
])('a list as %s', (mode, expected) => {
  expect(printed(mode, (io) => io.results([{ run: 1 }, { run: 2 }], () => 'two'))).toBe(expected);
});

test('an empty list is no line of ndjson', () => {
  expect(printed('ndjson', (io) => io.results([], () => 'none'))).toBe('');
});
