import { KubeRayFeature } from './kuberay-feature';
import { minorRelease } from './minor-release';

/**
 * The KubeRay operator that reads what is synthesized.
 *
 * The API server drops fields that the installed CRD doesn't know, without an error. So the operator's release is an input, and a field that
 * it doesn't know stops synth.
 */
export class KubeRayVersion {
  /** KubeRay 1.4. No token authentication, no labels on Ray nodes. */
  public static readonly V1_4 = new KubeRayVersion('1.4');
  /** KubeRay 1.5, from patch 1.5.1 on. */
  public static readonly V1_5 = new KubeRayVersion('1.5');
  /** KubeRay 1.6. */
  public static readonly V1_6 = new KubeRayVersion('1.6');
  /** KubeRay 1.7. */
  public static readonly V1_7 = new KubeRayVersion('1.7');

  /**
   * A release that has no constant here.
   *
   * @param minor minor release, such as `1.8`
   * @throws when it is none
   */
  public static of(minor: string): KubeRayVersion {
    return new KubeRayVersion(minorRelease('KubeRayVersion.of', minor, '1.8'));
  }

  /** Minor release, such as `1.7`. */
  public readonly minor: string;

  /** Feature gates that are on beyond those that the release itself puts on. */
  public readonly features: KubeRayFeature[];

  private constructor(minor: string, features: KubeRayFeature[] = []) {
    this.minor = minor;
    this.features = features;
  }

  /**
   * The same release, started with these feature gates on. A field behind a gate that is off is refused by the operator, so it stops synth.
   *
   * @param features gates that the operator is started with
   */
  public withFeatures(...features: KubeRayFeature[]): KubeRayVersion {
    return new KubeRayVersion(this.minor, [...this.features, ...features]);
  }
}
