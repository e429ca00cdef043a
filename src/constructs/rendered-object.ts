import { ApiObject, ApiObjectProps, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { remembered } from './remembered';

/** What an object is told from others of its kind by. */
export interface Identity {
  readonly name: string;
  /** Absent: it is of no namespace, or of whoever applies it. */
  readonly namespace?: string;
}

/** An object as it stands in the manifest. */
export interface Manifest {
  readonly metadata: Identity;
  readonly spec: object;
}

/** Those of rendered objects, which note who reads their names and their metadata. */
const IDENTITIES = new WeakMap<ApiObject, () => Identity>();

/** What an object is told from others by, unnoticed by the object. */
export function identityOf(object: ApiObject): Identity {
  return IDENTITIES.get(object)?.() ?? { name: object.name, namespace: object.metadata.namespace };
}

/** An API object that is rendered once for each state that it has. */
export class RenderedObject extends ApiObject {
  /** Whether it is being put together, by which its own reads are told from those of others. */
  protected rendering = false;

  private readonly kept: () => Manifest;
  private patched = 0;
  private isMetadataLent = false;

  /**
   * @param scope what it belongs to
   * @param id name of the construct in its scope
   * @param props the object
   * @param revision a number that grows with every change of what the spec is made of
   */
  constructor(scope: Construct, id: string, props: ApiObjectProps & { readonly spec: unknown }, revision: () => number = () => 0) {
    super(scope, id, props);
    const { metadata } = this;
    IDENTITIES.set(this, () => this.content().metadata);
    // Only who has read the metadata can change it: until then nobody has to look, which with 100 charts is done 10,000 times.
    Object.defineProperty(this, 'metadata', {
      get: () => {
        this.isMetadataLent ||= !this.rendering;
        return metadata;
      },
    });
    this.kept = remembered(() => [revision(), this.patched, this.isMetadataLent && JSON.stringify(metadata.toJson())], () => this.renderOnce());
  }

  public addJsonPatch(...patches: JsonPatch[]): void {
    this.patched += patches.length;
    super.addJsonPatch(...patches);
  }

  public toJson(): any {
    return copyOf(this.content());
  }

  /** What {@link toJson} copies: the same value until something changes. Not to be changed by who reads it. */
  public content(): Manifest {
    return this.kept();
  }

  protected render(): Manifest {
    return super.toJson() as Manifest;
  }

  private renderOnce(): Manifest {
    this.rendering = true;
    try {
      return this.render();
    } finally {
      this.rendering = false;
    }
  }
}

function copyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Array.isArray(value) ? value.map(copyOf) : copyOfFields(value as Record<string, unknown>);
}

/** A loop, since a copy by entries takes three times as long. */
function copyOfFields(fields: Record<string, unknown>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    copy[key] = copyOf(fields[key]);
  }
  return copy;
}
