import * as library from '../src';

test('what is exported is what people may build on', () => {
  expect(Object.keys(library).sort()).toEqual([
    'Authentication',
    'BackfillJob',
    'BundleRoot',
    'BundleStore',
    'CapacityType',
    'CloudIdentity',
    'ComputeEnvironment',
    'Ec2NodeClass',
    'Ec2Selector',
    'ErrorPolicy',
    'HeadNodePool',
    'KubeRayVersion',
    'MaterializedViewJob',
    'NetworkIsolation',
    'Notebooks',
    'PackageArchitecture',
    'RayCluster',
    'RayImage',
    'RayJob',
    'RayMonitoring',
    'Rules',
    'SitePackages',
    'WorkerNodePool',
    'WorkspaceBundle',
  ]);
});
