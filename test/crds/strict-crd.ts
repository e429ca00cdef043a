import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv, { ErrorObject, ValidateFunction } from 'ajv';
import { parse } from 'yaml';

interface Schema {
  readonly type?: string;
  readonly properties?: { [name: string]: Schema };
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

interface Definition {
  readonly spec: { readonly versions: { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[] };
}

/** Checks objects against a CRD, with unknown fields forbidden: the API server drops them without an error. */
export class StrictCrd {
  public static readonly RAY_CLUSTER = new StrictCrd('ray.io_rayclusters.yaml');
  public static readonly RAY_JOB = new StrictCrd('ray.io_rayjobs.yaml');
  public static readonly POD_MONITOR = new StrictCrd('monitoring.coreos.com_podmonitors.yaml');
  public static readonly PROMETHEUS_RULE = new StrictCrd('monitoring.coreos.com_prometheusrules.yaml');
  public static readonly NODE_POOL = new StrictCrd('karpenter.sh_nodepools.yaml');
  public static readonly LOCAL_QUEUE = new StrictCrd('kueue.x-k8s.io_localqueues.yaml', 'v1beta2');
  public static readonly EC2_NODE_CLASS = new StrictCrd('karpenter.k8s.aws_ec2nodeclasses.yaml');

  private schema?: Schema;
  private checkObject?: ValidateFunction;
  private checkPodTemplate?: ValidateFunction;

  private constructor(private readonly file: string, private readonly version = 'v1') {}

  /** What is wrong with an object; empty when nothing is. */
  public problems(object: unknown): string[] {
    this.checkObject ??= compile(this.openSchema());
    return problemsOf(this.checkObject, object);
  }

  /** What is wrong with a pod template, by the copy of its schema in this CRD. */
  public podTemplateProblems(template: unknown): string[] {
    this.checkPodTemplate ??= compile(this.openSchema().properties!.spec.properties!.headGroupSpec.properties!.template);
    return problemsOf(this.checkPodTemplate, template);
  }

  /** Names of the fields that stand at a path below `spec`; those of the items, where it is a list. */
  public fieldsOf(...path: string[]): string[] {
    const at = path.reduce((schema, name) => itemOf(schema.properties![name]), this.openSchema().properties!.spec);
    return Object.keys(at.properties!).sort();
  }

  private openSchema(): Schema {
    if (!this.schema) {
      const definition = parse(readFileSync(join(__dirname, this.file), 'utf8')) as Definition;
      this.schema = definition.spec.versions.find(({ name }) => name === this.version)!.schema.openAPIV3Schema;
    }
    return this.schema;
  }
}

const IGNORED_FORMATS = { 'int32': true, 'int64': true, 'double': true, 'date-time': true, 'byte': true } as const;

function itemOf(schema: Schema): Schema {
  return schema.items ?? schema;
}

function compile(schema: Schema): ValidateFunction {
  return new Ajv({ strict: false, allErrors: true, formats: IGNORED_FORMATS }).compile(forbidUnknown(schema) as object);
}

function problemsOf(check: ValidateFunction, object: unknown): string[] {
  return check(object) ? [] : (check.errors ?? []).map(inWords);
}

function forbidUnknown(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(forbidUnknown);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const schema = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, key === 'pattern' ? inJavaScript(child) : forbidUnknown(child)]));
  const open = 'additionalProperties' in schema || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return schema.type === 'object' && schema.properties && !open ? { ...schema, additionalProperties: false } : schema;
}

/** A regular expression of Go without its switch for either case, which JavaScript lacks: stricter than the API server, then. */
function inJavaScript(pattern: unknown): unknown {
  return typeof pattern === 'string' ? pattern.replace('(?i)', '') : forbidUnknown(pattern);
}

function inWords(error: ErrorObject): string {
  return `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`;
}
