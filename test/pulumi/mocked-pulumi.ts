import * as pulumi from '@pulumi/pulumi';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';

/** A resource as the engine was asked for it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, any>;
}

/** Stands in for the engine: takes every resource and gives its inputs back as its outputs. */
export class MockedEngine implements pulumi.runtime.Mocks {
  public readonly registered: Registered[] = [];

  /** Starts afresh, in the middle of `pulumi up` or of a preview. */
  public async start(): Promise<void> {
    this.registered.length = 0;
    await pulumi.runtime.setMocks(this);
  }

  /** The engine's names for what was registered: each holds the types of all its parents. */
  public urns(): string[] {
    return [...(pulumi.runtime.getMonitor() as unknown as MockMonitor).getRegisteredResources().keys()];
  }

  public newResource(args: pulumi.runtime.MockResourceArgs): { id: string; state: Record<string, any> } {
    this.registered.push({ type: args.type, name: args.name, inputs: args.inputs });
    return { id: `${args.name}-id`, state: args.inputs };
  }

  public call(args: pulumi.runtime.MockCallArgs): Record<string, any> {
    return args.inputs;
  }

  public one(type: string): Registered {
    const found = this.registered.filter((resource) => resource.type === type);
    expect(found).toHaveLength(1);
    return found[0];
  }
}

/** Waits for an output's value. */
export function valueOf<T>(value: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => { value.apply(resolve); });
}
