import { Argument, Command, Option } from 'commander';
import { ExitCode } from '../submitter/exit-code';
import { attachCommand } from './commands/attach';
import { bundleCommand } from './commands/bundle';
import { completeCommand, completionCommand } from './commands/completion';
import { doctorCommand } from './commands/doctor';
import { gcCommand } from './commands/gc';
import { imageRecipeCommand } from './commands/image-recipe';
import { listCommand } from './commands/list';
import { localDownCommand, localStatusCommand, localUpCommand } from './commands/local';
import { logsCommand } from './commands/logs';
import { planCommand } from './commands/plan';
import { publishCommand } from './commands/publish';
import { reportCommand } from './commands/report';
import { statusCommand } from './commands/status';
import { stopCommand } from './commands/stop';
import { submitCommand } from './commands/submit';
import { SHELLS, Shell } from './completion/scripts';
import { addExamples } from './examples';
import { Io } from './io';
import { collect, CommonOptions, common, count, ioOf, runKey, seconds, verbose, withRun, withStack, withTarget } from './options';
import { timeSpan } from './time-span';
import { knowsOtherWords, namesJobs } from './usage-errors';

const CONTACT_SECONDS = 300;

/** A node that has to be made first takes 2 to 6 minutes, and large images take as long again. */
const HEAD_TIMEOUT = '20m';

/** Puts an action's exit code, or its error, into the process. */
function action<A extends unknown[]>(run: (io: Io, ...args: A) => Promise<ExitCode>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const options = args[args.length - 2] as CommonOptions; // commander's last argument is the command itself
    const io = ioOf(options);
    try {
      process.exitCode = await run(io, ...(args.slice(0, -1) as A));
    } catch (error) {
      process.exitCode = io.fail(error);
    }
  };
}

/** The command line, ready to parse. */
export function program(): Command {
  const root = new Command('geneva-stack')
    .description('Runs the jobs of a synthesized compute environment: feature backfills and materialized views on Ray.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `
Exit codes: 0 succeeded, 1 failed, 2 usage, 3 stopped, 4 time limit, 5 lost contact, 6 not authorized, 7 not ready, 8 conflict, 130 detached`);

  withStack(common(root.command('publish'))).description('upload the missing shards and the manifest of the stack\'s bundle')
    .option('--dry-run', 'only say what would be uploaded').action(action(publishCommand));
  withStack(common(root.command('bundle'))).description('what would ship, of the stack or of directories; nothing is uploaded without --publish')
    .option('--root <[kind=]path>', 'a directory to bundle: workspace=, site-packages=, other=, or python-path= for all that a Python finds from there (repeatable)', collect, [])
    .option('--python <path>', 'with python-path=: the Python to ask')
    .option('--packages <venv>', 'with python-path=: also bundle the packages of this virtual environment')
    .option('--python-version <3.N>', 'with site-packages=: the Python that they are for; default: what the path says')
    .addOption(new Option('--arch <processor>', 'processor of the nodes').choices(['x86_64', 'aarch64']).default('x86_64'))
    .option('--exclude <pattern>', 'leave paths out, in gitignore syntax (repeatable)', collect, [])
    .option('--store <url>', 'store to compare with and to publish to, such as file:///srv/bundles/')
    .option('--publish', 'upload what the store lacks')
    .addOption(new Option('--layout <layout>', 'single: one zip a root, and the runtime_env for a plain Ray that fetches them').choices(['shards', 'single']).default('shards'))
    .option('--report <file>', 'write a page with a map of what is in the bundle').action(action(bundleCommand));
  common(root.command('gc')).description('list what a bundle store need not keep: old manifests that no stack names, shards that no manifest names')
    .requiredOption('--store <url>', 'the store')
    .option('--stack <path>', 'a stack whose bundle is kept (repeatable; default: dist)', collect, [])
    .option('--older-than <time>', 'manifests younger than this are kept', timeSpan, 30 * 86_400_000)
    .option('--single-older-than <time>', 'also zips of the layout single that are older; default: they are kept, for nothing tells who runs them', timeSpan)
    .option('--grace <time>', 'time for publishes under way, before anything is deleted', timeSpan, 3_600_000)
    .option('--delete', 'delete it').action(action(gcCommand));
  common(root.command('image-recipe')).description('write a Dockerfile and pinned requirements for an image with the packages of an environment')
    .requiredOption('--base <image>', 'image to start from, such as rayproject/ray:2.60.0-py311')
    .option('--python <path>', 'Python whose packages the image is to have', '.venv/bin/python')
    .option('--directory <path>', 'where the two files go', 'image').action(action(imageRecipeCommand));
  namesJobs(withStack(withTarget(root.command('submit')))).description('publish what is missing, submit a job and follow it to its end')
    .argument('<job>', 'name of a declared job')
    .option('--detach', 'return once Ray has the job')
    .option('--set <key=value>', 'change a setting of the job for this run (repeatable)', collect, [])
    .option('--wait', 'of a backfill: wait while another run writes the column, in place of being refused')
    .option('--run-key <key>', 'at most one run for this key, ever; for schedulers', runKey)
    .option('--rerun', 'start a new run even when one of the same job is under way')
    .addOption(new Option('--attempts <n>', 'begin the job again when it fails, until it has failed so often; each goes on from what is saved').argParser(count).default(1, '1').conflicts('detach'))
    .addOption(contactTimeout())
    .addOption(new Option('--head-timeout <time>', 'how long a head in a cluster may take to come up; 0s: it has to be up').argParser(timeSpan).default(timeSpan(HEAD_TIMEOUT), HEAD_TIMEOUT))
    .action(action(submitCommand));
  namesJobs(withStack(withTarget(root.command('plan')))).description('what a submit would do: rows, tasks, workers, uploads; runs nothing')
    .argument('<job>', 'name of a declared job')
    .option('--set <key=value>', 'change a setting of the job for this plan (repeatable)', collect, []).action(action(planCommand));
  withRun(common(root.command('attach'))).description('follow a run to its end')
    .addOption(contactTimeout())
    .action(action(attachCommand));
  withRun(common(root.command('logs'))).description('print the output of a run')
    .option('-f, --follow', 'go on until the run ends').action(action(logsCommand));
  withRun(common(root.command('status'))).description('where a run is, step by step').action(action(statusCommand));
  withRun(verbose(root.command('report'))).description('write a page about a run: its steps, rows and workers over time, what was slow')
    .option('--output <file>', 'where the page goes; default: RUN.html').action(action(reportCommand));
  withStack(withTarget(root.command('list'))).description('all runs that this machine or the cluster knows').action(action(listCommand));
  withRun(common(root.command('stop'))).description('stop a run; what it saved is kept').action(action(stopCommand));
  withStack(withTarget(root.command('doctor'))).description('look at everything that a submit needs; a fix for each that fails')
    .option('--python <path>', 'Python of the managed environment').action(action(doctorCommand));
  addLocal(root);
  addCompletion(root);
  addExamples(root);
  return root;
}

function contactTimeout(): Option {
  return new Option('--contact-timeout <seconds>', 'how long the cluster may be out of reach').argParser(seconds).default(CONTACT_SECONDS * 1000, `${CONTACT_SECONDS}`);
}

function addLocal(root: Command): void {
  const local = knowsOtherWords(root.command('local')).description('a Ray head on this machine');
  common(local.command('up')).description('make the managed environment and start a Ray head')
    .option('--python <path>', 'Python to make the environment with (3.10 to 3.13)')
    .option('--cpus <n>', 'CPUs that Ray may use; default: all', count).action(action(localUpCommand));
  common(local.command('down')).description('end the Ray head and all that it started').action(action(localDownCommand));
  common(local.command('status')).description('whether a Ray head runs here').action(action(localStatusCommand));
}

function addCompletion(root: Command): void {
  root.command('completion').description('print a script that completes commands, options, jobs and runs in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => { process.exitCode = completionCommand(shell); });
  root.command('__complete', { hidden: true }).argument('[words...]')
    .action((words: string[]) => { process.exitCode = completeCommand(root, words); });
}
