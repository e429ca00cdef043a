import { ApiObjectProps } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Manifest, RenderedObject } from './rendered-object';

/** How an object gets its name from what it is, and how it tells that it became something else. */
export interface ContentNaming {
  nameOf(spec: object): string;
  /** A number that grows with every change of what the spec is made of. */
  revision(): number;
}

const MADE = new WeakSet<IConstruct>();

/**
 * An API object that is named by its content, JSON patches included, and so only once everything was added to it.
 */
export class ContentNamedObject extends RenderedObject {
  /** Whether a construct is one of these. `instanceof` doesn't tell: cdk8s says yes for every API object. */
  public static isOne(construct: IConstruct): boolean {
    return MADE.has(construct);
  }

  constructor(scope: Construct, id: string, props: ApiObjectProps & { readonly spec: unknown }, private readonly naming: ContentNaming) {
    super(scope, id, props, () => naming.revision());
    MADE.add(this);
    const provisional = this.name;
    // While rendering, cdk8s asks for the name only to word an error: the final one would send it round in circles.
    Object.defineProperty(this, 'name', { get: () => this.rendering ? provisional : this.content().metadata.name });
  }

  protected render(): Manifest {
    const json = super.render();
    return { ...json, metadata: { ...json.metadata, name: this.naming.nameOf(json.spec) } };
  }
}
