import { IncomingMessage, request as httpRequest, RequestOptions } from 'http';
import { request as httpsRequest } from 'https';

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One HTTP request. Redirects are not followed: they would carry the token to another host.
 *
 * Not `fetch`: it sends `Sec-Fetch-Mode`, and Ray refuses to change anything for what looks like a browser (CVE-2025-62593).
 */
export function httpExchange(url: string, options: Pick<RequestOptions, 'method' | 'headers' | 'agent'>, body: string | undefined, timeoutMs: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, { ...options, signal }, (response) => collect(response).then(resolve, reject));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Reads an answer to its end. */
export async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}
