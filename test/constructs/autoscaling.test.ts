import { ApiObject, Duration, JsonPatch, Size } from 'cdk8s';
import { descriptor, environment, manifests, only } from './synthesized';
import { ComputeEnvironmentProps, KubeRayFeature, KubeRayVersion, RayImage, UpgradeStrategy, UpscalingMode } from '../../src';
import { StrictCrd } from '../crds/strict-crd';

const RAY_256 = RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.56.0', pythonVersion: '3.12' });
const GROUP = { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 };

function cluster(props: Partial<ComputeEnvironmentProps> = {}) {
  const found = only(manifests(environment(props)), 'RayCluster');
  expect(StrictCrd.RAY_CLUSTER.problems(found)).toEqual([]);
  return found;
}

test('what is not asked for is left to Ray', () => {
  const { autoscalerOptions, workerGroupSpecs, upgradeStrategy } = cluster().spec;
  expect(Object.keys(autoscalerOptions).sort()).toEqual(['resources', 'version']);
  expect(workerGroupSpecs[0]).not.toHaveProperty('priority');
  expect(upgradeStrategy).toBeUndefined();
});

test('the upscaling mode and the interval are the autoscaler\'s', () => {
  const { autoscalerOptions } = cluster({ upscalingMode: UpscalingMode.CONSERVATIVE, autoscalerInterval: Duration.seconds(1) }).spec;
  expect(autoscalerOptions).toMatchObject({ upscalingMode: 'Conservative', env: [{ name: 'AUTOSCALER_UPDATE_INTERVAL_S', value: '1' }] });
});

test.each([[Duration.seconds(0), '0 seconds', 1], [Duration.millis(1500), '1.5 seconds', 2]])('an interval of %s is refused', (autoscalerInterval, got, fix) => {
  expect(() => environment({ autoscalerInterval }))
    .toThrow(`RayCluster: autoscalerInterval: got "${got}", expected whole seconds, at least 1.\n  Fix: Duration.seconds(${fix})`);
});

describe('the priority of a group', () => {
  function ranked(props: Partial<ComputeEnvironmentProps>, priority = 10) {
    const env = environment(props);
    env.addWorkerGroup('spot', { ...GROUP, priority });
    return env;
  }

  test('is the group\'s, and none of the submitter\'s business', () => {
    const env = ranked({ image: RAY_256 });
    expect(only(manifests(env), 'RayCluster').spec.workerGroupSpecs[1].priority).toBe(10);
    expect(descriptor(env).workerGroups[1]).not.toHaveProperty('priority');
  });

  test.each([
    [{}, /workerGroupSpecs\[spot\]\.priority: got 10, expected no priority unless rayVersion is at least 2\.56\.0.*RAY-A2/s],
    [{ image: RAY_256, kuberay: KubeRayVersion.V1_6 }, /workerGroupSpecs\[spot\]\.priority: got 10, expected nothing: KubeRay 1\.6 does not know it, 1\.7 does.*VER-01/s],
  ])('needs a Ray and a KubeRay that know it', (props, message) => {
    expect(() => manifests(ranked(props))).toThrow(message);
  });

  test('is a whole number', () => {
    expect(() => ranked({ image: RAY_256 }, 0.5)).toThrow(/worker group "spot" priority: got 0\.5, expected a whole number/);
  });
});

describe('a cluster that is recreated', () => {
  const recreated = (props: Partial<ComputeEnvironmentProps> = {}) => cluster({ upgradeStrategy: UpgradeStrategy.RECREATE, ...props });

  test('keeps its name whatever it becomes', () => {
    const { metadata, spec } = recreated();
    expect(metadata.name).toBe('features');
    expect(spec.upgradeStrategy).toEqual({ type: 'Recreate' });
    expect(recreated({ headCpu: 8 }).metadata.name).toBe('features');
  });

  test('is found by the submitter under that name', () => {
    const { rayCluster } = descriptor(environment({ upgradeStrategy: UpgradeStrategy.RECREATE }));
    expect(rayCluster).toMatchObject({ name: 'features', dashboard: { service: 'features-head-svc' }, tokenSecret: { name: 'features' } });
  });

  test('may have its name read at any time', () => {
    const env = environment({ upgradeStrategy: UpgradeStrategy.RECREATE });
    expect(env.cluster.name).toBe('features');
    env.addWorkerGroup('later', GROUP);
    expect(only(manifests(env), 'RayCluster').spec.workerGroupSpecs).toHaveLength(2);
  });

  test('needs a KubeRay that does it', () => {
    expect(() => recreated({ kuberay: KubeRayVersion.V1_5 })).toThrow(/upgradeStrategy: got .*KubeRay 1\.5 does not know it, 1\.6 does.*VER-01/s);
  });
});

test('a field behind a feature gate passes when the target has it on', () => {
  const isolatedByTheOperator = (kuberay: KubeRayVersion) => {
    const env = environment({ kuberay });
    ApiObject.of(env).addJsonPatch(JsonPatch.add('/spec/networkPolicy', { mode: 'DenyAllEgress' }));
    return only(manifests(env), 'RayCluster').spec;
  };
  expect(() => isolatedByTheOperator(KubeRayVersion.V1_7)).toThrow(/networkPolicy: got .*expected nothing while the feature gate RayClusterNetworkPolicy is off.*VER-04/s);
  const open = KubeRayVersion.V1_7.withFeatures(KubeRayFeature.MTLS).withFeatures(KubeRayFeature.NETWORK_POLICY);
  expect(isolatedByTheOperator(open).networkPolicy).toEqual({ mode: 'DenyAllEgress' });
});
