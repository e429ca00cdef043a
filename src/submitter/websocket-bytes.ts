import type WebSocket from 'ws';

/** A message of a WebSocket as one buffer. */
export function bytesOf(data: WebSocket.RawData): Buffer {
  if (Buffer.isBuffer(data)) { return data; }
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
