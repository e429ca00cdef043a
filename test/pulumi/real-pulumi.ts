import { execFile } from 'child_process';
import { mkdirSync, readFileSync } from 'fs';
import { delimiter, join } from 'path';
import { promisify } from 'util';
import { Deployment, LocalWorkspace, PulumiCommand, PulumiFn, Stack } from '@pulumi/pulumi/automation';
import { ProgramHost } from './program-host';
import { pulumiEngine } from '../../tools/pulumi-engine/engine';
import { filesBelow } from '../files-below';
import { temporaryDirectory } from '../temporary-directory';

/** For a hook that makes the programs, when they are not made yet. */
export const MAKE_TIMEOUT = 3_600_000;

/** How a run of Pulumi ended, and what it printed. */
export interface Ended {
  readonly failed: boolean;
  readonly said: string;
}

/** Pulumi's own engine, with a state in a directory of its own, and nothing to download. */
export class RealPulumi {
  public static async start(): Promise<RealPulumi> {
    const { root } = await pulumiEngine((why) => process.stderr.write(`${why}\n`));
    return new RealPulumi(join(root, 'bin'), await PulumiCommand.get({ root }), temporaryDirectory());
  }

  private constructor(private readonly bin: string, private readonly command: PulumiCommand, private readonly folder: string) {}

  /** A stack whose program is a function of this process. */
  public async stack(name: string, program: PulumiFn, env: Record<string, string> = {}): Promise<Stack> {
    const backend = join(this.folder, 'state');
    mkdirSync(backend, { recursive: true });
    return LocalWorkspace.createOrSelectStack({ projectName: 'project', stackName: name, program }, {
      pulumiCommand: this.command,
      pulumiHome: join(this.folder, 'home'),
      envVars: {
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: 'a passphrase of the tests',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        ...env,
      },
    });
  }

  /**
   * Runs the program in a file, in a process of its own. As a function of this one, a program that is refused would never end: after an error in an
   * output Pulumi's SDK waits for resources that nobody will make (pulumi/pulumi#14980).
   */
  public async run(command: 'preview' | 'up', program: string, { name, workspace }: Stack): Promise<Ended> {
    const host = await ProgramHost.start(program);
    const how = command === 'up' ? ['--yes', '--skip-preview'] : [];
    const args = [command, '--stack', name, '--non-interactive', '--color', 'never', '--exec-kind', 'auto.inline', `--client=${host.address}`, ...how];
    const env = { ...process.env, PULUMI_HOME: workspace.pulumiHome, ...workspace.envVars, PATH: `${this.bin}${delimiter}${process.env.PATH}` };
    try {
      const { stdout } = await promisify(execFile)(join(this.bin, 'pulumi'), args, { cwd: workspace.workDir, env });
      return { failed: false, said: stdout };
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return { failed: true, said: `${stdout}${stderr}` };
    } finally {
      host.stop();
    }
  }

  /** All files of the state, with those that are older. */
  public stateFiles(): string[] {
    return filesBelow(join(this.folder, 'state')).map((path) => readFileSync(path, 'utf8'));
  }
}

/** `TYPE NAME` of what a state holds, but for the stack itself and providers. */
export function resources(state: Deployment): string[] {
  return (state.deployment.resources ?? []).map(({ urn }: { urn: string }) => urn.split('::').slice(2).join(' '))
    .filter((resource: string) => !/^pulumi:(pulumi:Stack|providers:)/.test(resource));
}
