import { minorRelease } from './minor-release';
import { KueueTarget } from '../spec/kueue';

/** The Kueue that admits what is synthesized. */
export class KueueVersion {
  /** Kueue 0.18, the first with elastic jobs on. */
  public static readonly V0_18 = new KueueVersion('0.18', false);
  /** Kueue 0.19. */
  public static readonly V0_19 = new KueueVersion('0.19', false);

  /**
   * A release that has no constant here.
   *
   * @param minor minor release, such as `0.20`
   * @throws when it is none
   */
  public static of(minor: string): KueueVersion {
    return new KueueVersion(minorRelease('KueueVersion.of', minor, '0.20'), false);
  }

  /**
   * @param minor minor release, such as `0.19`
   * @param hasElasticJobs whether the gate `ElasticJobsViaWorkloadSlices` was put on by hand
   */
  private constructor(public readonly minor: string, public readonly hasElasticJobs: boolean) {}

  /** The same release, started with the gate `ElasticJobsViaWorkloadSlices` on. From 0.18 on it is on anyway. */
  public withElasticJobs(): KueueVersion {
    return new KueueVersion(this.minor, true);
  }

  /**
   * The target that rules are checked against.
   *
   * @internal
   */
  public _target(): KueueTarget {
    return { kueue: this.minor, elasticJobs: this.hasElasticJobs };
  }
}
