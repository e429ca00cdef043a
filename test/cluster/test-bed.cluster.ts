import { execFileSync, spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { networkInterfaces } from 'os';
import { basename, dirname, join } from 'path';
import { KubernetesClient, KubeObject, until } from './kubernetes-client';
import { programs } from '../../tools/testbed/programs';
import { TestBed } from '../../tools/testbed/test-bed';
import { temporaryDirectory } from '../temporary-directory';

jest.setTimeout(120_000);

const beds = temporaryDirectory();
/** A program of this machine, for whoever runs. */
const SHELL = { '*': { user: 65534 } };

let testbed: string;
let bed: TestBed;
let client: KubernetesClient;
let namespace: string;

beforeAll(async () => {
  ({ testbed } = await programs(() => undefined));
  bed = await TestBed.start({ nodes: 'process', images: SHELL, beds });
  client = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  namespace = await client.newNamespace('pods');
}, 1_800_000);

afterAll(async () => bed?.stop());

describe('a pod on a process node', () => {
  test('sees itself, its volumes and its variables, and nothing that it was not given', async () => {
    const ended = await run({
      env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'GREETING', value: 'I am $(NAME), not $$(NAME)' }],
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }, { name: 'memory', mountPath: '/dev/shm' }],
      command: ['sh', '-c', 'echo "$GREETING"; hostname; echo $$$$; touch /scratch/a && ls /scratch; df -t tmpfs /dev/shm >/dev/null && echo memory; id -u; test -s /var/run/secrets/kubernetes.io/serviceaccount/token && echo token'],
    }, { volumes: [{ name: 'scratch', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } }] });
    const { name } = ended.metadata;
    expect((await log(ended)).trim().split('\n')).toEqual([`I am ${name}, not $(NAME)`, name, '1', 'a', 'memory', '65534', 'token']);
    expect(ended.status.phase).toBe('Succeeded');
  });

  test('runs as its security context says, and can not write where that says it can not', async () => {
    const securityContext = { runAsUser: 1234, runAsGroup: 77, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false };
    const ended = await run({ securityContext, command: ['sh', '-c', 'id -u; id -g; grep NoNewPrivs /proc/self/status; touch /a 2>/dev/null || echo read-only; touch /tmp/a && echo writable'] });
    expect((await log(ended)).trim().split('\n')).toEqual(['1234', '77', 'NoNewPrivs:\t1', 'read-only', 'writable']);
  });

  test('is looked into by exec, with both streams and the exit code', async () => {
    const pod = await start({ command: ['sleep', '1000'], env: [{ name: 'NAME', value: 'inside' }] });
    expect(await client.exec(pod, 'sh', '-c', 'echo "$NAME"; echo wrong >&2; exit 3')).toEqual({ stdout: 'inside\n', stderr: 'wrong\n', code: 3 });
    expect(await client.exec(pod, 'hostname')).toEqual({ stdout: `${pod.metadata.name}\n`, stderr: '', code: 0 });
    await client.delete(pod, 0);
  });

  test('has its log followed as it is written, to its end', async () => {
    const pod = await start({ command: ['sh', '-c', 'for word in one two three; do echo $word; sleep 1; done'] });
    const parts = await client.followLog(pod);
    expect(parts.map(({ text }) => text).join('')).toBe('one\ntwo\nthree\n');
    expect(parts[parts.length - 1].at - parts[0].at).toBeGreaterThan(900); // not all at once
  });

  test('fails with the exit code of its command', async () => {
    const { status } = await run({ command: ['sh', '-c', 'exit 7'] });
    expect(status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 7, reason: 'Error' } } }] });
  });

  test('is asked to end, and killed when it does not within its grace period', async () => {
    const polite = await start({ command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] });
    const isUp = { exec: { command: ['test', '-e', '/tmp/up'] }, periodSeconds: 1 };
    const deaf = await start({ command: ['sh', '-c', 'touch /tmp/up; exec sleep 1000'], readinessProbe: isUp });
    await until('it is deaf: what comes before its program is not', async () => (await client.get(deaf))!.status.containerStatuses[0].ready);
    const began = Date.now();
    await Promise.all([client.delete(polite, 30), client.delete(deaf, 2)]);
    await gone(polite);
    expect(Date.now() - began).toBeLessThan(20_000);
    await gone(deaf);
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_000);
  });

  test('is ready when its probe says so, and restarted when the other one does', async () => {
    const probe = (file: string) => ({ exec: { command: ['test', '-e', file] }, periodSeconds: 1, failureThreshold: 1 });
    const pod = await start({
      command: ['sh', '-c', 'touch /tmp/alive; sleep 2; touch /tmp/ready; sleep 3; rm /tmp/alive; sleep 1000'],
      readinessProbe: probe('/tmp/ready'),
      livenessProbe: { ...probe('/tmp/alive'), initialDelaySeconds: 1 },
    }, { restartPolicy: 'Always' });
    await until('it is ready', async () => (await client.get(pod))!.status.containerStatuses[0].ready);
    await until('it was restarted', async () => (await client.get(pod))!.status.containerStatuses[0].restartCount > 0);
    await client.delete(pod, 0);
  });

  test('waits for an image that nobody has, with the events of a real kubelet, and starts once it is there', async () => {
    bed.setImages({});
    const pod = await create({ command: ['true'] });
    await until('the pull is backed off', async () => (await client.get(pod))?.status.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff');
    expect((await client.warnings(namespace)).filter((line) => line.includes(pod.metadata.name))).toContainEqual(expect.stringMatching(/Failed: Failed to pull image "any"/));
    bed.setImages(SHELL);
    await until('it has succeeded', async () => (await client.get(pod))!.status.phase === 'Succeeded');
  });

  test('is refused, not run without, when it asks for what process nodes do not have', async () => {
    const { status } = await run({ command: ['true'] }, { hostNetwork: true });
    expect(status).toMatchObject({ phase: 'Failed', message: 'process nodes do not have hostNetwork' });
  });

  test('dies with the kubelet, which is started again and says so', async () => {
    const forLong = ['sleep', String(1e6 + Math.floor(1e6 * Math.random()))];
    const pod = await start({ command: forLong });
    // some of these are at that moment between the start of their init and that of their command
    const others = await Promise.all(Array.from({ length: 12 }, () => create({ command: forLong })));
    await until('some of them run', async () => processesOf(forLong.join(' ')).length > 3);
    process.kill(bed.pid('kubelet'), 'SIGKILL');
    await until('it has failed', async () => (await client.get(pod))!.status.reason === 'KubeletRestarted');
    await until('there are the processes of pods that run, and no others', async () => {
      const phases = await Promise.all(others.map(async (other) => (await client.get(other))!.status.phase));
      return !phases.includes('Pending') && processesOf(forLong.join(' ')).length === phases.filter((phase) => phase === 'Running').length;
    });
    await Promise.all(others.map((other) => client.delete(other, 0)));
    expect((await run({ command: ['true'] })).status.phase).toBe('Succeeded');
  });
});

describe('test beds', () => {
  test('two at once are in each other\'s way in nothing, and each is stopped by its name', async () => {
    const other = await TestBed.start({ nodes: 'process', images: SHELL, beds });
    expect(other.gateway).not.toBe(bed.gateway);
    expect(command('status').stdout).toMatch(new RegExp(`${bed.id}(.|\n)*${other.id}`));
    expect(command('stop', other.id).stdout).toBe(`test bed ${other.id} stopped\n`);
    expect(command('status').stdout).not.toContain(other.id);
    expect((await client.send('GET', '/readyz')).status).toBe(200);
    await other.stop();
  });

  test('one that was killed leaves no process, and the next start removes the rest', async () => {
    const victim = await TestBed.start({ nodes: 'process', images: SHELL, beds });
    const there = KubernetesClient.fromKubeconfig(victim.kubeconfig);
    const doomed = podObject({ command: ['sleep', '8765'] }, {}, 'default');
    await until('its namespace has an account', async () => (await there.create(doomed)).status === 201);
    await until('its pod runs', async () => (await there.get(doomed))?.status.phase === 'Running');
    const { pid, bridge } = JSON.parse(readFileSync(join(victim.directory, 'state.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await until('its processes are gone', async () => processesOf(victim.id).length === 0 && processesOf('8765').length === 0);
    expect(networkInterfaces()).toHaveProperty([bridge]);
    const next = await TestBed.start({ nodes: 'process', images: SHELL, beds });
    expect(existsSync(victim.directory)).toBe(false);
    expect(networkInterfaces()).not.toHaveProperty([bridge]);
    await next.stop();
  });

  test('one that is stopped leaves nothing', async () => {
    const before = Object.keys(networkInterfaces());
    const short = await TestBed.start({ nodes: 'process', images: SHELL, beds });
    await short.stop();
    expect(existsSync(short.directory)).toBe(false);
    expect(Object.keys(networkInterfaces())).toEqual(before);
    expect(processesOf(short.id)).toEqual([]);
  });

  test('a disk without room is told, with what it takes, and nothing is left on it', async () => {
    const disk = temporaryDirectory();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    try {
      await expect(TestBed.start({ nodes: 'fake', beds: disk })).rejects.toThrow(
        `testbed up: ${disk} has 8 MB free, and a test bed takes up to 192 MB.\n  Fix: make room there, or name a folder on another disk with XDG_CACHE_HOME`);
      expect(readdirSync(disk)).toEqual(['lock']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test.each([
    ['nodes that are neither a kind nor a file', ['--nodes', 'reel'], /--nodes: expected fake, process or a file with a list of nodes: open reel/],
    ['a file that is no list of nodes', ['--nodes', __filename], /is not a list of nodes/],
    ['no table of images', ['--nodes', 'process'], /process nodes need --images/],
  ])('%s: one message, and nothing left', (_what, args, message) => {
    const { code, stderr } = command('up', ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/goroutine/);
  });

  test('whoever is not root is told what that is for, and what can be had without', () => {
    const images = join(temporaryDirectory(), 'images.yaml');
    writeFileSync(images, '{}');
    const theirs = temporaryDirectory();
    chmodSync(theirs, 0o755);
    copyFileSync(testbed, join(theirs, 'testbed'));
    const args = ['up', '--beds', join(theirs, 'beds'), '--nodes', 'process', '--images', images];
    const { status, stderr } = spawnSync(join(theirs, 'testbed'), args, { uid: 65534, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs root; this is user 65534\.\n {2}Fix: run it as root, or use --nodes fake/);
  });
});

describe('the programs', () => {
  /** A cache of its own, and another PATH. */
  async function elsewhere(path: string, work: () => Promise<void>): Promise<void> {
    const before = { ...process.env };
    Object.assign(process.env, { PATH: path, XDG_CACHE_HOME: temporaryDirectory() });
    await work();
    process.env = before;
  }

  test('that are not what was made are made again', () => elsewhere(temporaryDirectory(), async () => {
    const folder = join(process.env.XDG_CACHE_HOME!, 'geneva-constructs', 'testbed', basename(dirname(testbed)));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'testbed'), 'half of a program');
    writeFileSync(join(folder, 'checksums.json'), JSON.stringify({ testbed: createHash('sha256').update('a program').digest('hex') }));
    const reasons: string[] = [];
    await expect(programs((why) => reasons.push(why))).rejects.toThrow(/no program "go"/);
    expect(reasons).toEqual([`${join(folder, 'testbed')} is not what was made; making the test bed again`]);
    expect(existsSync(folder)).toBe(false);
  }));

  test('need Go to be made, and say so', () => elsewhere(temporaryDirectory(), async () => {
    await expect(programs(() => undefined)).rejects.toThrow(/no program "go" on the PATH.*\n {2}Fix: install it/);
  }));
});

function podObject(container: object, spec: object, where: string): KubeObject {
  const name = `pod-${Math.random().toString(36).slice(2, 10)}`;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: where }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'any', ...container }], ...spec } };
}

async function create(container: object, spec: object = {}): Promise<KubeObject> {
  const object = podObject(container, spec, namespace);
  await client.apply([object]);
  return object;
}

async function start(container: object, spec: object = {}): Promise<KubeObject> {
  const object = await create(container, spec);
  await until('it runs', async () => (await client.get(object))!.status.phase === 'Running');
  return object;
}

/** The pod as it ended. */
async function run(container: object, spec: object = {}): Promise<KubeObject> {
  const object = await create(container, spec);
  return until('it has ended', async () => {
    const now = await client.get(object);
    return /Succeeded|Failed/.test(now!.status.phase) && now;
  });
}

async function gone(object: KubeObject): Promise<void> {
  await until(`${object.metadata.name} is gone`, async () => (await client.get(object)) === undefined);
}

async function log({ metadata: { name } }: KubeObject): Promise<string> {
  return (await client.send('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`)).body as string;
}

/** Processes of this machine whose command line has the text. */
function processesOf(text: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ');
      return line.includes(text) ? [line] : [];
    } catch {
      return []; // it has just ended
    }
  });
}

function command(name: string, ...rest: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(testbed, [name, '--beds', beds, ...rest], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}
