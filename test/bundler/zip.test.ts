import { execFileSync } from 'child_process';
import { writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { zip, ZipMember } from '../../src/bundler/zip';
import { temporaryDirectory } from '../temporary-directory';

/** What Python's zipfile, the reader on the cluster, finds in a zip. */
const READ = `
import base64, json, sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        print(json.dumps([[info.filename, oct(info.external_attr >> 16), list(info.date_time), base64.b64encode(archive.read(info)).decode()] for info in archive.infolist()]))
`;

interface ReadMember {
  readonly path: string;
  readonly mode: string;
  readonly date: number[];
  readonly bytes: Buffer;
}

function readWithPython(...zips: Buffer[]): ReadMember[][] {
  const folder = temporaryDirectory();
  const paths = zips.map((bytes, index) => {
    writeFileSync(join(folder, `${index}.zip`), bytes);
    return join(folder, `${index}.zip`);
  });
  const output = execFileSync('python3', ['-c', READ, ...paths], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return output.trim().split('\n').map((line) => (JSON.parse(line) as Array<[string, string, number[], string]>)
    .map(([path, mode, date, bytes]) => ({ path, mode, date, bytes: Buffer.from(bytes, 'base64') })));
}

test('Python reads back names, bytes, x-bits and the fixed date', () => {
  const [members] = readWithPython(zip([
    { path: 'pkg/__init__.py', executable: false, bytes: Buffer.from('') },
    { path: 'bin/run.sh', executable: true, bytes: Buffer.from('#!/bin/sh\n'.repeat(100)) },
    { path: 'données/é.txt', executable: false, bytes: Buffer.from([0, 1, 2, 255]) },
  ]));
  expect(members).toEqual([
    { path: 'pkg/__init__.py', mode: '0o100644', date: [1980, 1, 1, 0, 0, 0], bytes: Buffer.from('') },
    { path: 'bin/run.sh', mode: '0o100755', date: [1980, 1, 1, 0, 0, 0], bytes: Buffer.from('#!/bin/sh\n'.repeat(100)) },
    { path: 'données/é.txt', mode: '0o100644', date: [1980, 1, 1, 0, 0, 0], bytes: Buffer.from([0, 1, 2, 255]) },
  ]);
});

test('Python reads back whatever was put in', () => {
  const part = fc.stringMatching(/^[\w. \u00e0-\u00ff\u4e00-\u4e20-]{1,8}$/).filter((name) => !/^\.+$/.test(name));
  const member = fc.record<ZipMember>({ path: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')), executable: fc.boolean(), bytes: fc.uint8Array({ maxLength: 3_000 }) });
  const archives = fc.sample(fc.uniqueArray(member, { selector: ({ path }) => path, maxLength: 20 }), { numRuns: 60 });
  const read = readWithPython(...archives.map((members) => zip(members)));
  archives.forEach((members, index) => {
    expect(read[index].map(({ path, mode, bytes }) => ({ path, executable: mode === '0o100755', bytes })))
      .toEqual(members.map(({ path, executable, bytes }) => ({ path, executable, bytes: Buffer.from(bytes) })));
  });
});

test('the same members make the same bytes', () => {
  const members = [{ path: 'a.py', executable: false, bytes: Buffer.from('x = 1\n'.repeat(50)) }];
  expect(zip(members)).toEqual(zip(members));
});

test('more members than a zip can count are refused', () => {
  const many = Array.from({ length: 65_536 }, (_, index) => ({ path: `${index}`, executable: false, bytes: Buffer.alloc(0) }));
  expect(() => zip(many)).toThrow('a zip holds at most 4 GiB and 65,535 files');
});
