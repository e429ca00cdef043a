import { spawn } from 'child_process';
import { join } from 'path';
// eslint-disable-next-line import/no-extraneous-dependencies -- the copy of Pulumi, whose messages it carries
import { Server, ServerCredentials, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { LanguageRuntimeService } from '@pulumi/pulumi/proto/language_grpc_pb';
import { GetRequiredPluginsResponse, RunRequest, RunResponse } from '@pulumi/pulumi/proto/language_pb';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';

const REPOSITORY = join(__dirname, '..', '..');
/** What Pulumi's runner ends with when it has told the error itself. */
const TOLD = 32;

/**
 * Runs programs as `pulumi up` does, each in a process of its own, by Pulumi's own runner. What starts it there, the language host, comes with Pulumi
 * alone; this does the same.
 */
export class ProgramHost {
  /** A host for one program, until it is stopped. */
  public static async start(program: string): Promise<ProgramHost> {
    const server = new Server();
    server.addService(LanguageRuntimeService as any, {
      getRequiredPlugins: (_call: unknown, answer: sendUnaryData<GetRequiredPluginsResponse>) => answer(null, new GetRequiredPluginsResponse()),
      getPluginInfo: (_call: unknown, answer: sendUnaryData<PluginInfo>) => answer(null, new PluginInfo().setVersion('1.0.0')),
      run: ({ request }: ServerUnaryCall<RunRequest, RunResponse>, answer: sendUnaryData<RunResponse>) => run(program, request, answer),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => error ? reject(error) : resolve(bound));
    });
    return new ProgramHost(server, `127.0.0.1:${port}`);
  }

  private constructor(private readonly server: Server, public readonly address: string) {}

  public stop(): void {
    this.server.forceShutdown();
  }
}

function run(program: string, request: RunRequest, answer: sendUnaryData<RunResponse>): void {
  const [engine] = request.getArgsList();
  const options = ['--monitor', request.getMonitorAddress(), '--engine', engine, '--project', request.getProject(), '--stack', request.getStack(), '--pwd', REPOSITORY];
  const args = ['-r', 'ts-node/register/transpile-only', require.resolve('@pulumi/pulumi/cmd/run'), ...options, ...(request.getDryrun() ? ['--dry-run'] : []), program];
  const env = { ...process.env, TS_NODE_PROJECT: join(REPOSITORY, 'test', 'tsconfig.json'), PULUMI_NODEJS_TYPESCRIPT: 'false', PULUMI_CONFIG: '{}' };
  spawn(process.execPath, args, { cwd: REPOSITORY, env, stdio: 'ignore' }).once('exit', (code) => {
    const response = new RunResponse();
    if (code === TOLD) { response.setBail(true); } else if (code !== 0) { response.setError(`the program ended with ${code}`); }
    answer(null, response);
  });
}
