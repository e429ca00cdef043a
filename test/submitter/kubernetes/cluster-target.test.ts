import { chmodSync, readFileSync, writeFileSync } from 'fs';
import { createServer } from 'http';
import { AddressInfo, connect as connectTo, Socket } from 'net';
import { join } from 'path';
import { ClusterWorld, ENVIRONMENT } from './cluster-world';
import { follow } from '../../../src/submitter/follow';
import { NoContactError } from '../../../src/submitter/no-contact';
import { connect } from '../../../src/submitter/ready';
import { rayJobsAt } from '../../../src/submitter/target';
import { temporaryDirectory } from '../../temporary-directory';
import { ScriptedHead } from '../scripted-head';

const BEFORE = { ...process.env };
let world: ClusterWorld;
beforeEach(async () => {
  delete process.env.RAY_AUTH_TOKEN;
  delete process.env.RAY_AUTH_TOKEN_PATH;
  world = await ClusterWorld.start();
});
afterEach(async () => {
  process.env = { ...BEFORE };
  await world.stop();
});

const job = () => ({ submission_id: 'j', status: 'RUNNING' as const, metadata: {}, log: '', start_time: 0 });

describe.each(['proxy', 'port-forward'] as const)('by way of %s', (via) => {
  test('the head answers, and is known by the address that its pods know', async () => {
    const target = await world.target({ via });
    expect(target).toMatchObject({ name: expect.stringMatching(new RegExp(`^cluster://features/features\\?context=test&kubeconfig=[^&]+&via=${via}$`)) as string, address: 'http://features-1-head-svc.features.svc:8265', isLocal: false });
    await expect(connect(rayJobsAt(target))).resolves.toMatchObject({ ray_version: '2.60.0' });
  });

  test('a job is submitted and its log followed, though the connection breaks', async () => {
    const { head, api } = world;
    const client = rayJobsAt(await world.target({ via }));
    await expect(client.submit({ submission_id: 'j', entrypoint: 'e', runtime_env: {}, metadata: {} })).resolves.toEqual({ kind: 'accepted' });
    const lines: string[] = [];
    const onLine = (line: string) => {
      lines.push(line);
      if (lines.length === 1) { setTimeout(() => api.cut(), 20); }
    };
    head.stream = (_, connection) => ({ frames: [Buffer.from('one\ntwo\n')], stays: connection === 0 });
    const followed = follow(client, 'j', { onLine }, { contactTimeoutMs: 10_000 });
    head.onStreamEnd = () => Object.assign(head.jobs.get('j')!, { status: 'SUCCEEDED', log: 'one\ntwo\nthree\n' });
    await expect(followed).resolves.toMatchObject({ kind: 'ended', job: { status: 'SUCCEEDED' } });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('a head that is replaced is found again', async () => {
    const client = rayJobsAt(await world.target({ via }));
    await connect(client);
    const next = await ScriptedHead.start();
    try {
      next.sessionName = 'session_2';
      world.api.head = undefined;
      await expect(client.version()).rejects.toBeInstanceOf(NoContactError);
      world.connectHead(next);
      await expect(client.version()).resolves.toMatchObject({ session_name: 'session_2' });
    } finally {
      await next.stop();
    }
  });

  test('a right that is missing is named', async () => {
    const resource = via === 'proxy' ? 'services/proxy' : 'pods/portforward';
    world.api.forbidden.add(`get ${resource}`);
    const target = await world.target({ via });
    const message = expect.stringMatching(new RegExp(`not allowed to get ${resource} "[^"]+" in namespace features, as somebody$`)) as string;
    const fix = expect.stringContaining('environment.addSubmitters') as string;
    await expect(connect(rayJobsAt(target))).rejects.toMatchObject({ code: 'KUBERNETES_FORBIDDEN', exitCode: 6, message, fix });
  });
});

test('the way to a head is through the proxy of the API server, and Ray\'s token in its own header', async () => {
  await connect(rayJobsAt(await world.target()));
  const proxied = world.api.seen.filter(({ path }) => path.includes('/proxy'));
  expect(proxied).toEqual([{
    method: 'GET', path: '/api/v1/namespaces/features/services/http:features-1-head-svc:8265/proxy/api/version', authorization: 'Bearer user-token', rayToken: 'Bearer secret-token', commonName: undefined,
  }]);
});

test('a token from the environment goes before that of the cluster', async () => {
  process.env.RAY_AUTH_TOKEN = 'mine';
  expect((await world.target()).token).toBe('mine');
  expect(world.api.seen.filter(({ path }) => path.includes('/secrets/'))).toEqual([]);
});

test('the Secret of a cluster that was just applied is waited for', async () => {
  const [cluster, secret] = ['/apis/ray.io/v1/namespaces/features/rayclusters/features-1', '/api/v1/namespaces/features/secrets/features-1'];
  const kept = world.api.objects.get(secret)!;
  world.api.objects.set(cluster, { metadata: { name: 'features-1' } });
  world.api.objects.delete(secret);
  setTimeout(() => world.api.objects.set(secret, kept), 300);
  expect(await world.target()).toMatchObject({ token: 'secret-token', address: 'http://features-1-head-svc.features.svc:8265' });
});

test('a Secret that may not be read leaves it to Ray to want a token', async () => {
  world.api.forbidden.add('get secrets');
  const target = await world.target();
  expect(target.token).toBeUndefined();
  await expect(connect(rayJobsAt(target))).rejects.toMatchObject({ code: 'NOT_AUTHORIZED', message: expect.stringContaining('it wants a token and none was given') as string });
});

test('what is not Ray\'s answer is no answer: neither a 404 nor a 503 of the API server says anything of a job', async () => {
  const client = rayJobsAt(await world.target());
  world.head.jobs.set('j', job());
  world.api.fault = (request, response) => {
    if (!request.url!.includes('/proxy')) { return false; }
    response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', message: 'services "features-1-head-svc" not found', code: 404 }));
    return true;
  };
  await expect(client.job('j')).rejects.toThrow('404: services "features-1-head-svc" not found');
  await expect(client.submit({ submission_id: 'k', entrypoint: 'e', runtime_env: {}, metadata: {} })).resolves.toMatchObject({ kind: 'unknown' });
  world.api.fault = (_, response) => { response.writeHead(502).end('bad gateway'); return true; };
  await expect(client.job('j')).rejects.toBeInstanceOf(NoContactError);
  world.api.fault = undefined;
  world.api.head = undefined;
  await expect(client.job('j')).rejects.toThrow('503: no endpoints available');
  world.connectHead(world.head);
  await expect(client.job('none')).resolves.toBeUndefined();
});

test('a head that network policies hide from the API server is reached otherwise, and that is said', async () => {
  const client = rayJobsAt(await world.target());
  world.api.fault = (_, response) => {
    const message = 'error trying to reach service: dial tcp 10.0.0.7:8265: i/o timeout';
    response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', message, code: 503 }));
    return true;
  };
  await expect(connect(client)).rejects.toMatchObject({ code: 'RAY_UNREACHABLE', message: expect.stringContaining('--via port-forward passes') as string });
});

test('a target is found again by its name, from what is applied', async () => {
  const { name } = await world.target();
  await expect(world.target({ descriptor: undefined }, name)).resolves.toMatchObject({ name, address: 'http://features-1-head-svc.features.svc:8265', token: 'secret-token' });
  await expect(world.target({ descriptor: undefined }, 'cluster://features/other')).rejects.toMatchObject({ code: 'STACK_MISSING', message: expect.stringContaining('no ConfigMap other-stack in namespace features') as string });
});

test('a run stays where it was submitted, though its environment has another cluster by now', async () => {
  const { name } = await world.target();
  await expect(world.target({ rayCluster: 'features-0' }, name)).rejects.toMatchObject({ code: 'RAY_CLUSTER_MISSING', exitCode: 7 });
  world.api.objects.set('/apis/ray.io/v1/namespaces/features/rayclusters/features-0', { metadata: { name: 'features-0' }, status: { conditions: [{ type: 'HeadPodReady', status: 'True' }] } });
  world.put('secrets', 'features-0', { data: { auth_token: Buffer.from('old-token').toString('base64') } });
  await expect(world.target({ rayCluster: 'features-0' }, name)).resolves.toMatchObject({ name, address: 'http://features-0-head-svc.features.svc:8265', token: 'old-token' });
});

test.each([
  ['cluster://', 'kubectl get configmap -l geneva-constructs/stack-descriptor -A'],
  ['cluster://features', 'kubectl get configmap -l geneva-constructs/stack-descriptor -A'],
  ['cluster://features/features?via=car', 'did you mean --target "cluster://features/features?via=proxy"?'],
  ['cluster://features/features?via=forward', 'did you mean --target "cluster://features/features?via=proxy"?'],
  ['cluster://features/features?via=drect', 'did you mean --target "cluster://features/features?via=direct"?'],
])('%p is no target, and what was meant is told', async (name, fix) => {
  await expect(world.target({}, name)).rejects.toMatchObject({ code: 'TARGET_UNKNOWN', exitCode: 2, fix: expect.stringContaining(fix) as string });
});

test('a RayCluster that was not applied is said to be missing', async () => {
  const elsewhere = { ...ENVIRONMENT, rayCluster: { ...ENVIRONMENT.rayCluster, name: 'features-2' } };
  await expect(world.target({ descriptor: async () => elsewhere })).rejects.toMatchObject({ code: 'RAY_CLUSTER_MISSING', exitCode: 7, message: expect.stringContaining('no RayCluster features-2 in namespace features') as string });
});

test('by the proxy that the kubeconfig names, requests and log streams pass', async () => {
  const [connected, clients] = [[] as string[], [] as Socket[]];
  const proxy = createServer().on('connect', (request, client: Socket, rest: Buffer) => {
    connected.push(request.url!);
    clients.push(client);
    const onward = connectTo(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(rest);
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const config = JSON.parse(world.api.kubeConfig()) as { clusters: [{ cluster: Record<string, string> }] };
    config.clusters[0].cluster['proxy-url'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    writeFileSync(world.kubeconfig, JSON.stringify(config));
    const client = rayJobsAt(await world.target());
    world.head.jobs.set('j', { ...job(), status: 'SUCCEEDED', log: 'one\n' });
    world.head.stream = () => ({ frames: [Buffer.from('one\n')] });
    await expect(follow(client, 'j', {}, { contactTimeoutMs: 5_000 })).resolves.toMatchObject({ kind: 'ended' });
    expect(world.head.connections).toBe(1);
    expect(new Set(connected)).toEqual(new Set([new URL(world.api.address).host]));
  } finally {
    clients.forEach((client) => client.destroy());
    await new Promise((resolve) => proxy.close(resolve));
  }
});

describe('credentials', () => {
  const plugin = (script: string) => {
    const path = join(temporaryDirectory(), 'plugin');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: path, args: [], installHint: 'install the plugin of your cloud\nas its page says' } };
  };
  const credential = (token: string) => `echo '{"kind":"ExecCredential","status":{"token":"${token}"}}'`;

  test('a client certificate does', async () => {
    const { cert, key } = world.api.authority.issue('somebody');
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    world.logIn({ 'client-certificate-data': encoded(cert), 'client-key-data': encoded(key) });
    await connect(rayJobsAt(await world.target()));
    expect(world.api.seen.map(({ commonName, authorization }) => [commonName, authorization])).toEqual(world.api.seen.map(() => ['somebody', undefined]));
  });

  test('a plugin does, told who calls it', async () => {
    const seen = join(temporaryDirectory(), 'info');
    world.logIn(plugin(`printf %s "$KUBERNETES_EXEC_INFO" > ${seen}; ${credential('user-token')}`));
    await connect(rayJobsAt(await world.target()));
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', spec: { interactive: false } });
  });

  test('a plugin is asked again when what it gave is taken no more', async () => {
    const counter = join(temporaryDirectory(), 'count');
    world.logIn(plugin(`echo x >> ${counter}; n=$(wc -l < ${counter}); echo "{\\"kind\\":\\"ExecCredential\\",\\"status\\":{\\"token\\":\\"token-$((n))\\",\\"expirationTimestamp\\":\\"2999-01-01T00:00:00Z\\"}}"`));
    world.api.tokens.add('token-1');
    const client = rayJobsAt(await world.target());
    await client.version();
    world.api.tokens.delete('token-1');
    world.api.tokens.add('token-2');
    await expect(client.version()).resolves.toMatchObject({ ray_version: '2.60.0' });
  });

  test('a token file is read anew when it was rotated', async () => {
    const tokenFile = join(temporaryDirectory(), 'token');
    writeFileSync(tokenFile, 'user-token\n');
    world.logIn({ tokenFile });
    const client = rayJobsAt(await world.target());
    await client.version();
    world.api.tokens.clear();
    world.api.tokens.add('rotated');
    writeFileSync(tokenFile, 'rotated\n');
    await expect(client.version()).resolves.toMatchObject({ ray_version: '2.60.0' });
  });

  test.each([
    ['echo "Token has expired" >&2; echo "run aws sso login" >&2; exit 1', 'failed: run aws sso login'],
    ['echo hello', 'printed no ExecCredential'],
    ['echo "{}"', 'printed no ExecCredential'],
  ])('a plugin that does %p is told', async (script, message) => {
    world.logIn(plugin(script));
    await expect(world.target()).rejects.toMatchObject({ code: 'CREDENTIALS_FAILED', exitCode: 6, message: expect.stringContaining(message) as string });
  });

  test('a plugin that is not installed is told, with how to get it', async () => {
    world.logIn({ exec: { ...plugin('').exec, command: '/no/such/plugin' } });
    await expect(world.target()).rejects.toMatchObject({ code: 'CREDENTIALS_FAILED', message: expect.stringContaining('plugin /no/such/plugin is not installed') as string, fix: 'install the plugin of your cloud' });
  });

  test('a token that expired is told, without the token', async () => {
    world.logIn({ token: 'old-token' });
    const failed = await world.target().catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'KUBERNETES_UNAUTHORIZED', exitCode: 6 });
    expect(JSON.stringify(failed) + String(failed)).not.toContain('old-token');
  });

  test('a client certificate that expired is told', async () => {
    const { cert, key } = world.api.authority.issue('somebody', -1);
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    world.logIn({ 'client-certificate-data': encoded(cert), 'client-key-data': encoded(key) });
    await expect(world.target()).rejects.toMatchObject({ code: 'KUBERNETES_UNAUTHORIZED', message: expect.stringContaining('the client certificate expired on') as string });
  });

  test('a server with another certificate authority is not trusted', async () => {
    const other = await ClusterWorld.start();
    try {
      const config = JSON.parse(world.api.kubeConfig()) as { clusters: [{ cluster: Record<string, string> }] };
      config.clusters[0].cluster['certificate-authority-data'] = Buffer.from(other.api.authority.certificate).toString('base64');
      writeFileSync(world.kubeconfig, JSON.stringify(config));
      await expect(world.target()).rejects.toMatchObject({ code: 'KUBERNETES_UNTRUSTED', exitCode: 6 });
    } finally {
      await other.stop();
    }
  });

  test('a server that is gone is told', async () => {
    await world.api.stop();
    await expect(world.target()).rejects.toMatchObject({ code: 'KUBERNETES_UNREACHABLE', exitCode: 7, message: expect.stringContaining('ECONNREFUSED') as string });
    await world.api.stop().catch(() => undefined);
  });
});
