import { IncomingMessage, request as httpRequest, RequestOptions } from 'http';
import { request as httpsRequest } from 'https';

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** How a request is sent. */
type HttpOptions = Pick<RequestOptions, 'method' | 'headers' | 'agent'>;

/** What a connection that was cut says: before the request was out, or before all of the answer was in. */
const CUT = ['ECONNRESET', 'EPIPE'];

/**
 * One HTTP request. Redirects are not followed: they would carry the token to another host.
 *
 * A GET whose connection is cut is sent once more, in the same time: it changes nothing (RFC 9110, 9.2.2), and proxies close connections when they
 * like.
 *
 * Not `fetch`: it sends `Sec-Fetch-Mode`, and Ray refuses to change anything for what looks like a browser (CVE-2025-62593).
 */
export async function httpExchange(url: string, options: HttpOptions, body: string | undefined, timeoutMs: number): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await exchange(url, { ...options, signal }, body);
  } catch (error) {
    if (options.method !== 'GET' || !CUT.includes((error as NodeJS.ErrnoException).code ?? '')) { throw error; }
    return exchange(url, { ...options, signal }, body);
  }
}

function exchange(url: string, options: HttpOptions & { readonly signal: AbortSignal }, body: string | undefined): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const sent = request(url, options, (response) => collect(response).then(resolve, reject));
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
