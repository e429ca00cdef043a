import { GATES, isOn } from '../../../src/spec/kuberay-versions';
import { gatesAreOn } from '../../../src/spec/rules/target';

test.each([
  [GATES.NETWORK_POLICY, '1.7', false],
  [GATES.DELETION_POLICY, '1.5', false],
  [GATES.DELETION_POLICY, '1.6', true],
  [GATES.INCREMENTAL_UPGRADE, '1.6', false],
  [GATES.INCREMENTAL_UPGRADE, '1.7', true],
])('%j in KubeRay %s: on by itself is %j', (gate, kuberay, expected) => {
  expect(isOn(gate, { kuberay })).toBe(expected);
  expect(isOn(gate, { kuberay, gates: [gate.name] })).toBe(true);
});

test('a gate that is on lets its field pass, and no other', () => {
  const found = gatesAreOn.check({ networkPolicy: {}, tlsOptions: { enabled: true } }, { kuberay: '1.7', gates: ['RayClusterMTLS'] });
  expect(found.map(({ at }) => at)).toEqual(['networkPolicy']);
});

test('a field that the release lacks is no question of gates', () => {
  expect(gatesAreOn.check({ networkPolicy: {} }, { kuberay: '1.6' })).toEqual([]);
});
