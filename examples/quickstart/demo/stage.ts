import { ChildProcess, spawn, SpawnOptions } from 'child_process';

/** Ctrl-C, or a request to end. */
export class Interrupted extends Error {}

/** Runs the demo's steps one after the other, tells what it does, and keeps the time. */
export class Stage {
  private readonly times: Array<{ readonly name: string; readonly seconds: number }> = [];
  private readonly startedAt = Date.now();
  private child?: ChildProcess;
  private interrupted = false;

  constructor(private readonly where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        this.interrupted = true;
        this.child?.kill('SIGKILL'); // it may hold on; what it started is ended by `local down`
      });
    }
  }

  public say(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** Runs a step under a heading. @throws Interrupted, or the step's error */
  public async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.say(`\n== ${name}`);
    const startedAt = Date.now();
    const result = await work();
    this.times.push({ name, seconds: (Date.now() - startedAt) / 1000 });
    return result;
  }

  /** Runs a program whose output the user sees. */
  public async run(command: string, args: string[]): Promise<void> {
    await this.spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Runs a program and returns what it prints. */
  public async capture(command: string, args: string[]): Promise<string> {
    return this.spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Runs a program for what it does, also after an interrupt. */
  public async quietly(command: string, args: string[]): Promise<void> {
    await finished(spawn(command, args, { ...this.where, stdio: 'ignore', detached: true })); // detached: Ctrl-C is not for it
  }

  /** Prints the time that each step took. */
  public summary(): void {
    const width = Math.max(...this.times.map(({ name }) => name.length));
    this.say('\n== time');
    this.times.forEach(({ name, seconds }) => this.say(`${name.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s`));
    this.say(`${'all'.padEnd(width)}  ${((Date.now() - this.startedAt) / 1000).toFixed(1).padStart(5)} s`);
  }

  private async spawn(command: string, args: string[], options: SpawnOptions): Promise<string> {
    if (this.interrupted) { throw new Interrupted(); }
    const child = spawn(command, args, { ...this.where, ...options });
    this.child = child;
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => { output += chunk.toString('utf8'); });
    const code = await finished(child);
    this.child = undefined;
    if (this.interrupted) { throw new Interrupted(); }
    if (code !== 0) { throw new Error(`${args.slice(0, 3).join(' ')} ended with code ${code}`); }
    return output;
  }
}

function finished(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
}
