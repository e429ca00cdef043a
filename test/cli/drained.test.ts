import { PassThrough } from 'stream';
import { drained } from '../../src/cli/drained';

/** A stream whose reader has not come yet, and which is full with the first byte. */
function unread(): PassThrough {
  return new PassThrough({ writableHighWaterMark: 1, readableHighWaterMark: 1 });
}

test('of readers that keep up none is waited for', () => {
  expect(drained([unread(), unread()])).toBeUndefined();
});

test('all readers that are behind are waited for', async () => {
  const streams = [unread(), unread(), unread()];
  streams.slice(1).forEach((stream) => { stream.write('some'); stream.write('more'); });
  let isDrained = false;
  const all = drained(streams)!.then(() => { isDrained = true; });
  streams[1].resume();
  await new Promise(setImmediate);
  expect(isDrained).toBe(false);
  streams[2].resume();
  await all;
});
