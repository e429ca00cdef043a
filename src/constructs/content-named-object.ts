import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';

/** How an object gets its name from what it is. */
export type NameOfContent = (spec: object) => string;

const MADE = new WeakSet<IConstruct>();

/**
 * An API object that is named by its content, JSON patches included, and so only once everything was added to it.
 */
export class ContentNamedObject extends ApiObject {
  /** Whether a construct is one of these. `instanceof` doesn't tell: cdk8s says yes for every API object. */
  public static isOne(construct: IConstruct): boolean {
    return MADE.has(construct);
  }

  private rendering = false;

  constructor(scope: Construct, id: string, props: ApiObjectProps & { readonly spec: unknown }, private readonly nameOf: NameOfContent) {
    super(scope, id, props);
    MADE.add(this);
    const provisional = this.name;
    // While rendering, cdk8s asks for the name only to word an error: the final one would send it round in circles.
    Object.defineProperty(this, 'name', { get: () => this.rendering ? provisional : this.toJson().metadata.name as string });
  }

  public toJson(): any {
    this.rendering = true;
    try {
      const json = super.toJson();
      return { ...json, metadata: { ...json.metadata, name: this.nameOf(json.spec) } };
    } finally {
      this.rendering = false;
    }
  }
}
