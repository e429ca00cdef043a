import { randomBytes } from 'crypto';
import { inflateRawSync } from 'zlib';
import * as fc from 'fast-check';
import { deflate, deflatePiece } from '../../src/bundler/deflate';

const TEXT = Buffer.from('def word_count(body: str) -> int:\n'.repeat(10_000));
const NOISE = randomBytes(300_000);

test('what can be made smaller is, and comes back', () => {
  const deflated = deflate(TEXT, 1)!;
  expect(deflated.length).toBeLessThan(TEXT.length / 20);
  expect(inflateRawSync(deflated)).toEqual(TEXT);
});

test('noise is kept as it is, also behind a header that is none', () => {
  expect(deflate(NOISE, 1)).toBeUndefined();
  expect(deflate(Buffer.concat([Buffer.alloc(1_000), NOISE]), 1)).toBeUndefined();
});

test('level 0 keeps everything as it is', () => {
  expect(deflate(TEXT, 0)).toBeUndefined();
});

test('pieces of any kind are one stream', () => {
  const piece = fc.oneof(fc.constant(TEXT), fc.constant(NOISE), fc.uint8Array({ minLength: 1, maxLength: 500 }).map((bytes) => Buffer.from(bytes)));
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
    const stream = Buffer.concat(pieces.map((bytes, index) => deflatePiece(bytes, 1, index === pieces.length - 1)));
    expect(inflateRawSync(stream).equals(Buffer.concat(pieces))).toBe(true);
  }), { numRuns: 30 });
});
