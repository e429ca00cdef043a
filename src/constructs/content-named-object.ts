import { ApiObjectMetadataDefinition, ApiObjectProps, JsonPatch } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Manifest, RenderedObject } from './rendered-object';
import { invalidValue } from '../spec/invalid-value';

/** How an object gets its name from what it is, and how it tells that it became something else. */
export interface ContentNaming {
  /** How to choose the part of the name that stays. */
  readonly fix: string;
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

  /** The names that others have read so far: those before the last are of objects that there never are. */
  public readonly namesRead = new Set<string>();

  constructor(scope: Construct, id: string, props: ApiObjectProps & { readonly spec: unknown }, private readonly naming: ContentNaming) {
    super(scope, id, props, () => naming.revision());
    MADE.add(this);
    const provisional = this.name;
    // While rendering, cdk8s asks for the name only to word an error: the final one would send it round in circles.
    Object.defineProperty(this, 'name', { get: () => this.rendering ? provisional : this.readName() });
    this.guard(this.metadataToGuard());
  }

  /** @throws when a patch gives it a name, which the content does */
  public addJsonPatch(...patches: JsonPatch[]): void {
    patches.forEach((patch) => this.requireNoName(patch));
    super.addJsonPatch(...patches);
  }

  protected render(): Manifest {
    const json = super.render();
    return { ...json, metadata: { ...json.metadata, name: this.naming.nameOf(json.spec) } };
  }

  private readName(): string {
    const { name } = this.content().metadata;
    this.namesRead.add(name);
    return name;
  }

  private requireNoName(patch: JsonPatch): void {
    const { op, path, value } = patch._toJson() as { readonly op: string; readonly path: string; readonly value?: unknown };
    if (op !== 'test' && path === '/metadata/name') {
      throw this.named(value);
    }
  }

  /** cdk8s itself drops such a name without a word. */
  private guard(metadata: ApiObjectMetadataDefinition): void {
    metadata.add = (key, value) => {
      if (key === 'name') { throw this.named(value); }
      ApiObjectMetadataDefinition.prototype.add.call(metadata, key, value);
    };
  }

  /** Without lending it: who guards the metadata changes nothing in it. */
  private metadataToGuard(): ApiObjectMetadataDefinition {
    this.rendering = true;
    const { metadata } = this;
    this.rendering = false;
    return metadata;
  }

  private named(got: unknown): Error {
    return invalidValue({ path: this.node.path, at: 'metadata.name', got, expected: 'nothing: the name is made of a label and a hash of the content', fix: this.naming.fix });
  }
}
