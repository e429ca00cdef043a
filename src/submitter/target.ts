import { ExitCode } from './exit-code';
import { localHead } from './local/local-head';
import { SeenPhase, seenPhase } from './phases';
import { SubmitterError } from './submitter-error';
import { readToken, tokenFromEnvironment } from './token';

/** A Ray head that jobs are submitted to. */
export interface Target {
  /** As the user wrote it: `local` or a URL. */
  readonly name: string;
  /** Of Ray's dashboard, without a slash at the end. */
  readonly address: string;
  readonly token?: string;
  readonly isLocal: boolean;
  /** How the head started, where that is known. */
  readonly headStart?: SeenPhase;
}

/**
 * Finds the Ray head behind `--target`.
 *
 * @throws SubmitterError when it is not there, or the token would travel in the clear
 */
export function resolveTarget(name: string, options: { readonly stateDirectory: string; readonly allowPlainHttp?: boolean }): Target {
  if (name === 'local') { return localTarget(options.stateDirectory); }
  if (name === 'cluster') {
    throw new SubmitterError('TARGET_NOT_SUPPORTED', ExitCode.USAGE, 'target cluster: this release reaches a cluster by URL only',
      'kubectl port-forward the dashboard of the Ray head, then pass --target http://127.0.0.1:PORT');
  }
  return urlTarget(name, options.allowPlainHttp === true);
}

function localTarget(stateDirectory: string): Target {
  const head = localHead(stateDirectory);
  if (!head) {
    throw new SubmitterError('LOCAL_HEAD_DOWN', ExitCode.NOT_READY, 'target local: no Ray head runs on this machine', 'geneva-stack local up');
  }
  const { readyAt } = head;
  return {
    name: 'local',
    address: head.address,
    token: readToken(head.tokenPath),
    isLocal: true,
    ...(readyAt ? { headStart: seenPhase('initialize head', new Date(head.startedAt), new Date(readyAt)) } : {}),
  };
}

function urlTarget(name: string, allowPlainHttp: boolean): Target {
  const url = URL.canParse(name) ? new URL(name) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SubmitterError('TARGET_UNKNOWN', ExitCode.USAGE, `target ${JSON.stringify(name)}: expected local, cluster or a URL such as http://127.0.0.1:8265`, 'correct --target');
  }
  const token = tokenFromEnvironment();
  if (token && url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    throw new SubmitterError('TOKEN_IN_THE_CLEAR', ExitCode.USAGE, `target ${name}: plain http would show the token to the network`,
      'use https, a port-forward to 127.0.0.1, or --allow-plain-http');
  }
  return { name: url.origin, address: url.origin + url.pathname.replace(/\/+$/, ''), token, isLocal: false };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
