/** An object of KubeRay, as far as rules look at more than its spec. */
export interface RayObject<Spec> {
  readonly metadata: RayObjectMetadata;
  readonly spec: Spec;
}

export interface RayObjectMetadata {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}
