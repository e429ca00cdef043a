import { HEAD_NODE_POOL_RULES, JOB_RULES, RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_RULES } from './catalogue';
import { Rule } from './rule';

/** Writes `docs/rules.md`, to which every message points. */
export function rulesPage(): string {
  return [
    '# Rules',
    '<!-- Generated from src/spec/rules by tools/write-rules-page.ts -->',
    'What is synthesized is checked against these rules; what breaks one stops synth.',
    ...section('Jobs', JOB_RULES),
    ...section('Ray clusters', [...RAY_CLUSTER_NAME_RULES, ...RAY_CLUSTER_RULES]),
    ...section('Node pools for heads', HEAD_NODE_POOL_RULES),
  ].join('\n\n') + '\n';
}

function section(title: string, rules: readonly Rule<never>[]): string[] {
  return [`## ${title}`, ...[...rules].sort((a, b) => a.id < b.id ? -1 : 1).map(entry)];
}

function entry({ id, title, severity, since, source, why }: Rule<never>): string {
  const holds = since === undefined ? '' : ` From KubeRay ${since} on.`;
  return [`### ${id}`, `**${title}** ${why}`, `*${severity}.*${holds} Source: ${source}.`].join('\n\n');
}
