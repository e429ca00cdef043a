import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { JoinedZip } from '../../src/bundler/join-zips';
import { zip, ZipMember } from '../../src/bundler/zip';
import { centralHeader, endRecords, ZipMethod } from '../../src/bundler/zip-format';
import { temporaryDirectory } from '../temporary-directory';

const READ = `
import base64, json, sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        print(json.dumps([[info.filename, oct(info.external_attr >> 16), base64.b64encode(archive.read(info)).decode()] for info in archive.infolist()]))
`;

/** Joins zips into a file, behind a hole of `after` bytes. */
function joined(zips: readonly Uint8Array[], after = 0): { path: string; bytes: number; sha256: string } {
  const folder = temporaryDirectory();
  const path = join(folder, 'joined.zip');
  const output = openSync(path, 'wx');
  ftruncateSync(output, after);
  const whole = new JoinedZip(output);
  zips.forEach((bytes, index) => {
    writeFileSync(join(folder, `${index}.zip`), bytes);
    whole.add(join(folder, `${index}.zip`));
  });
  const end = whole.end();
  closeSync(output);
  return { path, ...end };
}

function readWithPython(paths: readonly string[]): ZipMember[][] {
  const output = execFileSync('python3', ['-c', READ, ...paths], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return output.trim().split('\n').map((line) => (JSON.parse(line) as Array<[string, string, string]>)
    .map(([path, mode, bytes]) => ({ path, executable: mode === '0o100755', bytes: Buffer.from(bytes, 'base64') })));
}

test('Python reads all members of all zips, in their order', () => {
  const member = fc.record<ZipMember>({ path: fc.stringMatching(/^[a-zé/]{1,9}[a-z]$/), executable: fc.boolean(), bytes: fc.uint8Array({ maxLength: 400 }) });
  const members = fc.uniqueArray(member, { selector: ({ path }) => path, maxLength: 12 });
  const samples = fc.sample(fc.tuple(members, fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { numRuns: 40 });
  const made = samples.map(([all, one, other]) => {
    const [first, second] = [Math.min(one, other), Math.max(one, other)];
    return joined([all.slice(0, first), all.slice(first, second), all.slice(second)].map((part) => zip(part)));
  });
  const read = readWithPython(made.map(({ path }) => path));
  samples.forEach(([all], index) => expect(read[index]).toEqual(all.map((one) => ({ ...one, bytes: Buffer.from(one.bytes) }))));
});

test('it says how many bytes there are, and their hash', () => {
  const { path, bytes, sha256 } = joined([zip([{ path: 'a', executable: false, bytes: Buffer.from('x') }]), zip([])]);
  const written = readFileSync(path);
  expect([bytes, sha256]).toEqual([written.length, createHash('sha256').update(written).digest('hex')]);
});

test('beyond 4 GiB and 65,535 members Python reads it too', () => {
  const many = Array.from({ length: 40_000 }, (_, index) => ({ path: `f${index}`, executable: index === 7, bytes: Buffer.from(`${index % 9}`) }));
  const { path } = joined([zip(many), zip(many.map((member) => ({ ...member, path: `g${member.path}` })))], 5e9);
  const read = execFileSync('python3', ['-c', `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    infos = archive.infolist()
    print(len(infos), infos[0].header_offset, archive.read("gf39999").decode(), oct(archive.getinfo("gf7").external_attr >> 16))
`, path], { encoding: 'utf8' });
  expect(read.trim()).toBe('80000 5000000000 3 0o100755');
}, 60_000);

test('the directory keeps the sizes of members above 4 GiB', () => {
  const large = centralHeader({ path: 'large', executable: true, method: ZipMethod.DEFLATED, crc: 7, compressedBytes: 100, bytes: 6e9, offset: 0 });
  const far = centralHeader({ path: 'far', executable: false, method: ZipMethod.STORED, crc: 8, compressedBytes: 7e9, bytes: 7e9, offset: 8e9 });
  const { path } = joined([Buffer.concat([large, far, endRecords(2, large.length + far.length, 0)])], 5e9); // a directory of members that nobody reads
  const program = 'import sys, zipfile; print([[i.filename, i.file_size, i.compress_size, i.header_offset, i.CRC] for i in zipfile.ZipFile(sys.argv[1]).infolist()])';
  expect(execFileSync('python3', ['-c', program, path], { encoding: 'utf8' }).trim())
    .toBe("[['large', 6000000000, 100, 5000000000, 7], ['far', 7000000000, 7000000000, 13000000000, 8]]");
});
