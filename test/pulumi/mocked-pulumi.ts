import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';

/** A resource as the engine was asked for it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, any>;
}

/** A warning, and the resource beside which it is printed. */
export interface Warning {
  readonly text: string;
  readonly resource: pulumi.Resource;
}

/** What else the engine was told of a resource. */
interface Registration {
  readonly parent: string;
  readonly dependencies: string[];
  readonly ignoreChanges: string[];
  /** As it goes over the wire: secrets are marked there. */
  readonly object: Record<string, any>;
}

const ACCOUNT = '123456789012';

/** The issuer of the cluster that there is. */
export const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE';

/** The OIDC provider of IAM for it. */
export const OIDC_PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;

/** Stands in for the engine: takes every resource, and answers with its inputs and with what AWS would add to them. */
export class MockedEngine implements pulumi.runtime.Mocks {
  public readonly registered: Registered[] = [];
  public readonly warnings: Warning[] = [];

  private readonly registrations = new Map<string, Registration>();
  private isPreview = false;

  /** Starts afresh, in the middle of `pulumi up` or of a preview, in which nobody knows what AWS would add. */
  public async start({ preview = false } = {}): Promise<void> {
    this.registered.length = 0;
    this.warnings.length = 0;
    this.registrations.clear();
    this.isPreview = preview;
    await pulumi.runtime.setMocks(this, undefined, undefined, preview);
    this.listen();
    jest.spyOn(pulumi.log, 'warn').mockImplementation(async (text, resource) => { this.warnings.push({ text, resource: resource! }); });
  }

  /** Starts afresh, and makes a component with all that belongs to it. */
  public async made<Component>(make: () => Component): Promise<Component> {
    await this.start();
    const component = make();
    await this.settle();
    return component;
  }

  /** Waits until every resource that was asked for has been registered. */
  public async settle(): Promise<void> {
    await pulumi.runtime.disconnect();
  }

  /** The engine's names for what was registered: each holds the types of all its parents. */
  public urns(): string[] {
    return [...(pulumi.runtime.getMonitor() as unknown as MockMonitor).getRegisteredResources().keys()];
  }

  public newResource(args: pulumi.runtime.MockResourceArgs): { id: string | undefined; state: Record<string, any> } {
    this.registered.push({ type: args.type, name: args.name, inputs: args.inputs });
    const { name, inputs } = args;
    return this.isPreview ? { id: undefined, state: inputs } : { id: `${name}-id`, state: { ...ADDED[args.type]?.(name, inputs), ...inputs } };
  }

  public call({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, any> {
    return ANSWERS[token]?.(inputs) ?? inputs;
  }

  /** The only resource of a type. */
  public one(type: string): Registered {
    const found = this.all(type);
    expect(found.map(({ name }) => name)).toHaveLength(1);
    return found[0];
  }

  /** All resources of a type. */
  public all(type: string): Registered[] {
    return this.registered.filter((resource) => resource.type === type);
  }

  public named(type: string, name: string): Registered {
    const found = this.all(type).find((resource) => resource.name === name);
    expect([type, found?.name]).toEqual([type, name]);
    return found!;
  }

  /** `type name` of the children below components: parents first, so that a child shows where it stands. */
  public children(): string[] {
    return this.urns().filter((urn) => urn.includes('$')).map(short).sort();
  }

  /** `type name` of what a resource waits for. */
  public dependencies({ type, name }: Pick<Registered, 'type' | 'name'>): string[] {
    return this.told(type, name).dependencies.map((urn) => short(urn).replace(/^.*\$/, ''));
  }

  public told(type: string, name: string): Registration {
    return this.registrations.get(`${type} ${name}`)!;
  }

  private listen(): void {
    const monitor = pulumi.runtime.getMonitor() as any;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request: any, callback: any) => {
      this.registrations.set(`${request.getType()} ${request.getName()}`, {
        parent: request.getParent(),
        dependencies: request.getDependenciesList(),
        ignoreChanges: request.getIgnorechangesList(),
        object: request.getObject().toJavaScript(),
      });
      return register(request, callback);
    };
  }
}

/** Waits for an output's value. */
export function valueOf<T>(value: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => { value.apply(resolve); });
}

/** What no preview knows: an output of a resource that isn't there yet. */
export function notYetKnown<T>(): pulumi.Output<T> {
  return new Elsewhere('elsewhere').made as pulumi.Output<T>;
}

/** The inputs that a component refuses, in the order in which it says so. */
export function refusedBy(plan: () => unknown): string[] {
  return refusals(plan).map(({ propertyPath }) => propertyPath);
}

/** What a component refuses, and why. */
export function refusals(plan: () => unknown): { propertyPath: string; reason: string }[] {
  try {
    plan();
  } catch (error) {
    expect(pulumi.InputPropertiesError.isInstance(error)).toBe(true);
    return (error as pulumi.InputPropertiesError).errors;
  }
  return [];
}

class Elsewhere extends pulumi.CustomResource {
  public declare readonly made: pulumi.Output<unknown>;

  constructor(name: string) {
    super('test:index:Elsewhere', name, { made: undefined });
  }
}

/** What AWS would add to the inputs of a resource. */
const ADDED: Record<string, (name: string, inputs: Record<string, any>) => Record<string, any>> = {
  'aws:s3/bucket:Bucket': (name, { bucket = `${name}-1a2b3c` }) => ({ bucket, arn: `arn:aws:s3:::${bucket}` }),
  'aws:kms/key:Key': (name) => ({ arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${name}` }),
  'aws:iam/role:Role': (name) => ({ name: `${name}-1a2b3c`, arn: `arn:aws:iam::${ACCOUNT}:role/${name}-1a2b3c` }),
  'aws:ec2/launchTemplate:LaunchTemplate': () => ({ latestVersion: 1 }),
  'aws:eks/nodeGroup:NodeGroup': (name) => ({ nodeGroupName: `${name}-1a2b3c`, resources: [{ autoscalingGroups: [{ name: `eks-${name}-asg` }] }] }),
  'aws:sqs/queue:Queue': (name) => ({ name: `${name}-1a2b3c`, arn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:${name}-1a2b3c`, url: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/${name}-1a2b3c` }),
  'aws:cloudwatch/eventRule:EventRule': (name) => ({ name: `${name}-1a2b3c`, arn: `arn:aws:events:eu-west-1:${ACCOUNT}:rule/${name}-1a2b3c` }),
};

/** What AWS answers. */
const ANSWERS: Record<string, (inputs: Record<string, any>) => Record<string, any>> = {
  'aws:index/getPartition:getPartition': () => ({ partition: 'aws', dnsSuffix: 'amazonaws.com' }),
  'aws:eks/getCluster:getCluster': ({ name }) => ({ name, arn: `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/${name}`, identities: [{ oidcs: [{ issuer: `https://${ISSUER}` }] }] }),
};

function short(urn: string): string {
  return urn.split('::').slice(2).join(' ');
}
