import { Command, Option } from 'commander';

/** Writes `docs/cli.md` from the command line's own model of itself. */
export function cliPage(root: Command): string {
  return [
    '# geneva-stack',
    '<!-- Generated from src/cli by tools/write-cli-page.ts -->',
    `${root.description()} What the commands promise: [jobs](jobs.md), [clusters](clusters.md), [bundles](bundles.md).`,
    ...leaves(root).flatMap(section),
  ].join('\n\n') + '\n';
}

/** The commands that do something, without those that are not for people. */
function leaves({ commands }: Command): Command[] {
  return commands.filter((child) => !child.name().startsWith('__')).flatMap((child) => (child.commands.length > 0 ? leaves(child) : [child]));
}

function section(command: Command): string[] {
  const help = command.createHelp();
  const usage = help.commandUsage(command).replace('[options] ', '').replace(' [options]', '');
  const rows = help.visibleOptions(command).filter(({ long }) => long !== '--help').map(row);
  return [
    `## ${path(command)}`,
    '```text\n' + `${usage}${rows.length > 0 ? ' [options]' : ''}` + '\n```',
    sentence(command.description()),
    ...(rows.length > 0 ? [['| option | |', '| --- | --- |', ...rows].join('\n')] : []),
    ...examples(command),
  ];
}

function path(command: Command): string {
  return command.parent?.parent ? `${path(command.parent)} ${command.name()}` : command.name();
}

function row(option: Option): string {
  const fallback = defaultOf(option);
  const choices = option.argChoices ? `; one of ${option.argChoices.map((choice) => `\`${choice}\``).join(', ')}` : '';
  const given = fallback === undefined ? '' : `; default: \`${fallback}\``;
  return `| \`${option.flags.replace(/\|/g, '\\|')}\` | ${cell(option.description)}${choices}${given} |`;
}

function defaultOf({ defaultValue, defaultValueDescription }: Option): string | undefined {
  if (defaultValueDescription !== undefined) { return defaultValueDescription; }
  return defaultValue === undefined || Array.isArray(defaultValue) || typeof defaultValue === 'number' ? undefined : String(defaultValue);
}

/** What the help shows below the options: the lines of the examples. */
function examples(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => { text += part; } });
  command.outputHelp();
  const [, listed] = text.split('\nExamples:\n');
  if (listed === undefined) { return []; }
  const lines = listed.split('\n').filter((line) => line.startsWith('  ')).map((line) => line.trim().replace(/ {2,}/, '  # '));
  const width = Math.max(...lines.map((line) => line.indexOf('  # ')));
  return ['```sh\n' + lines.map((line) => line.replace(/^(.*?) {2}# (.*)$/, (_, left: string, right: string) => `${left.padEnd(width)}  # ${right}`)).join('\n') + '\n```'];
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/</g, '&lt;');
}
