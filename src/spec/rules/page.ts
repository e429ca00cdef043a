import * as catalogue from './catalogue';
import { Rule } from './rule';

/** Whole, so that it can be compiled. */
const ACKNOWLEDGEMENT = `\`\`\`ts
import { ComputeEnvironment, Rules } from 'geneva-constructs';

declare const env: ComputeEnvironment;
Rules.acknowledge(env, 'COST-01', 'The demo on Friday must not wait for GPUs.');
\`\`\``;

/** Writes `docs/rules.md`, to which every message points. */
export function rulesPage(): string {
  return [
    '# Rules',
    '<!-- Generated from src/spec/rules by tools/write-rules-page.ts -->',
    'What is synthesized is checked against these rules. An *error* stops synth. *Advice* is printed to stderr, once, and may be acknowledged with a reason:',
    ACKNOWLEDGEMENT,
    ...section('Environments', [...catalogue.OBJECT_NAME_RULES, ...catalogue.OBJECT_FILE_RULES, ...catalogue.IMAGE_RULES, ...catalogue.ENVIRONMENT_ADVICE, ...catalogue.PULLED_GROUP_RULES, ...catalogue.GENEVA_CLIENT_ADVICE, ...catalogue.ACKNOWLEDGEMENT_RULES]),
    ...section('Jobs', [...catalogue.JOB_RULES, ...catalogue.SCHEDULE_SHAPE_RULES, ...catalogue.SCHEDULE_RULES, ...catalogue.SCHEDULED_CODE_ADVICE, ...catalogue.BUNDLED_UDF_ADVICE, ...catalogue.VIEW_RULES]),
    ...section('Ray clusters', [...catalogue.RAY_CLUSTER_NAME_RULES, ...catalogue.NAME_READ_RULES, ...catalogue.RAY_CLUSTER_OBJECT_RULES, ...catalogue.RAY_CLUSTER_SHAPE_RULES, ...catalogue.RAY_CLUSTER_RULES, ...catalogue.GUARDED_CLUSTER_RULES, ...catalogue.RAY_CLUSTER_ADVICE]),
    ...section('Ray jobs', [...catalogue.RAY_JOB_NAME_RULES, ...catalogue.RAY_JOB_RULES]),
    ...section('Ray services', [...catalogue.RAY_SERVICE_NAME_RULES, ...catalogue.RAY_SERVICE_OBJECT_RULES, ...catalogue.RAY_SERVICE_RULES]),
    ...section('Ray cron jobs', [...catalogue.RAY_CRON_JOB_NAME_RULES, ...catalogue.RAY_CRON_JOB_RULES]),
    ...section('Queues', [...catalogue.QUEUED_JOB_RULES, ...catalogue.QUEUED_CLUSTER_RULES]),
    ...section('Node pools', [
      ...catalogue.NODE_POOL_SHAPE_RULES,
      ...catalogue.HEAD_NODE_POOL_RULES,
      ...catalogue.HEAD_NODE_POOL_ADVICE,
      ...catalogue.HEADS_ON_POOL_RULES,
      ...catalogue.WORKER_NODE_POOL_RULES.filter((rule) => !catalogue.HEAD_NODE_POOL_RULES.includes(rule)),
      ...catalogue.EC2_NODE_CLASS_RULES,
      ...catalogue.POOL_LABEL_RULES,
      ...catalogue.POD_ON_POOL_RULES,
      ...catalogue.GROUP_ON_POOL_ADVICE,
    ]),
  ].join('\n\n') + '\n';
}

function section(title: string, rules: readonly Rule<never>[]): string[] {
  return [`## ${title}`, ...[...rules].sort((a, b) => a.id < b.id ? -1 : 1).map(entry)];
}

function entry({ id, title, severity, since, source, why, unconfirmed }: Rule<never>): string {
  const holds = since === undefined ? '' : ` From KubeRay ${since} on.`;
  const silence = unconfirmed === undefined ? '' : ` KubeRay says nothing of it: ${unconfirmed}.`;
  return [`### ${id}`, `**${title}** ${why}`, `*${severity}.*${holds} Source: ${source}.${silence}`].join('\n\n');
}
