/** An object of KubeRay, as far as rules look at more than its spec. */
export interface RayObject<Spec> {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: Spec;
}
