import { execFileSync, spawnSync } from 'child_process';
import { writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { zip, zipLarge, ZipMember, ZipSink } from '../../src/bundler/zip';
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

test('more members than a plain zip can count', () => {
  const many = Array.from({ length: 70_000 }, (_, index) => ({ path: `${index}`, executable: false, bytes: Buffer.from(`${index}`) }));
  const [members] = readWithPython(zip(many));
  expect(members).toHaveLength(70_000);
  expect(members[69_999]).toMatchObject({ path: '69999', bytes: Buffer.from('69999') });
});

test.each([0, 1, 6, 9])('level %i', (level) => {
  const bytes = Buffer.from('some text that repeats, '.repeat(200));
  expect(readWithPython(zip([{ path: 'a.txt', executable: false, bytes }], level))[0][0].bytes).toEqual(bytes);
});

/** A sink in memory. */
function memory(): ZipSink & { bytes(): Buffer } {
  let written = Buffer.alloc(0);
  return {
    write: (bytes) => { written = Buffer.concat([written, bytes]); },
    replace: (offset, bytes) => { written.set(bytes, offset); },
    bytes: () => written,
  };
}

test('a member that comes in pieces is read back whole, whatever the pieces', () => {
  const runs = fc.sample(fc.array(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), { minLength: 1, maxLength: 8 }), { numRuns: 30 });
  const zips = runs.map((pieces) => {
    const sink = memory();
    zipLarge({ path: 'lib/large.so', executable: true, size: Buffer.concat(pieces).length, read: () => pieces }, sink);
    return sink.bytes();
  });
  readWithPython(...zips).forEach(([member], index) => {
    expect(member).toMatchObject({ path: 'lib/large.so', mode: '0o100755', bytes: Buffer.concat(runs[index]) });
  });
});

test('a member of more than 4 GiB has the ZIP64 fields that Python reads', () => {
  const sink = memory();
  const size = 4 * 2 ** 30 + 5;
  const piece = Buffer.alloc(2 ** 28);
  const read = function* () {
    for (let left = size; left > 0; left -= piece.length) { yield piece.subarray(0, Math.min(left, piece.length)); }
  };
  zipLarge({ path: 'zeros', executable: false, size, read }, sink);
  const path = join(temporaryDirectory(), 'zeros.zip');
  writeFileSync(path, sink.bytes());
  const program = 'import sys, zipfile; a = zipfile.ZipFile(sys.argv[1]); i = a.infolist()[0]; f = a.open(i); print(i.file_size, i.extract_version, f.read(8) == bytes(8))';
  expect(execFileSync('python3', ['-c', program, path], { encoding: 'utf8' }).trim()).toBe(`${size} 45 True`);
}, 120_000);

const hasUnzip = spawnSync('unzip', ['-v']).status === 0;

(hasUnzip ? test : test.skip)(`unzip, too, finds nothing wrong${hasUnzip ? '' : ' (skipped: no unzip on this machine)'}`, () => {
  const path = join(temporaryDirectory(), 'a.zip');
  writeFileSync(path, zip([{ path: 'a/b.py', executable: true, bytes: Buffer.from('x = 1\n'.repeat(99)) }, { path: 'é', executable: false, bytes: Buffer.alloc(0) }]));
  expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected');
});
