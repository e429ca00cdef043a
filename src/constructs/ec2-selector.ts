import { Ec2SelectorTerm } from '../spec/ec2-node-class';
import { invalidValue } from '../spec/invalid-value';

/** Karpenter's convention, which its installers and modules follow. */
const DISCOVERY = 'karpenter.sh/discovery';

/** Bounds of the EC2NodeClass CRD. */
const MAX_TAGS = 20;
const MAX_TERMS = 30;

/** Which subnets or security groups the nodes of an {@link Ec2NodeClass} get. */
export class Ec2Selector {
  /**
   * Those that bear the tag `karpenter.sh/discovery` with the name of the cluster, as most installers of Karpenter leave them.
   *
   * @param clusterName name of the EKS cluster
   * @throws when the name is empty
   */
  public static discovery(clusterName: string): Ec2Selector {
    if (typeof clusterName !== 'string' || clusterName === '') {
      throw invalidValue({ path: 'Ec2Selector.discovery', at: 'clusterName', got: clusterName, expected: 'the name of the EKS cluster', fix: "Ec2Selector.discovery('features')" });
    }
    return Ec2Selector.byTags({ [DISCOVERY]: clusterName });
  }

  /**
   * Those that bear all of these tags. The value `*` stands for any.
   *
   * @param tags keys and values, none of them empty, at most 20
   * @throws when there is no tag, an empty one, or more than Karpenter takes
   */
  public static byTags(tags: { [key: string]: string }): Ec2Selector {
    const texts: unknown[] = Object.entries(tags ?? {}).flat();
    if (texts.length === 0 || texts.length > 2 * MAX_TAGS || !texts.every(isFilled)) {
      const fix = "Ec2Selector.byTags({ 'karpenter.sh/discovery': 'my-cluster' })";
      throw invalidValue({ path: 'Ec2Selector.byTags', at: 'tags', got: tags, expected: `1 to ${MAX_TAGS} tags, none with an empty key or value`, fix });
    }
    return new Ec2Selector([{ tags }]);
  }

  /**
   * These ones.
   *
   * @param ids ids such as `subnet-0a462d98193ff9fac`, at most 30
   * @throws when there is none, an empty one, or more than Karpenter takes
   */
  public static byIds(...ids: string[]): Ec2Selector {
    if (ids.length === 0 || ids.length > MAX_TERMS || !ids.every(isFilled)) {
      const fix = "Ec2Selector.byIds('subnet-0a462d98193ff9fac'), or select by tags";
      throw invalidValue({ path: 'Ec2Selector.byIds', at: 'ids', got: ids, expected: `1 to ${MAX_TERMS} ids`, fix });
    }
    return new Ec2Selector(ids.map((id) => ({ id })));
  }

  private constructor(private readonly terms: Ec2SelectorTerm[]) {}

  /**
   * The terms that Karpenter reads, one of which must hold.
   *
   * @internal
   */
  public _terms(): Ec2SelectorTerm[] {
    return this.terms;
  }
}

function isFilled(text: unknown): boolean {
  return typeof text === 'string' && text !== '';
}
