import { Duration } from 'cdk8s';
import { environment, Manifest, manifests, only } from './synthesized';
import { NetworkIsolation, RayMonitoringOptions } from '../../src';
import { withoutUnknownFields } from '../crds/strict-core';
import { StrictCrd } from '../crds/strict-crd';

function watched(options: RayMonitoringOptions = {}, networkIsolation = NetworkIsolation.enforced()): Manifest[] {
  const env = environment({ networkIsolation });
  env.addMonitoring(options);
  return manifests(env);
}

test('every field is one that the CRDs know', () => {
  const objects = watched({ labels: { release: 'prometheus' } });
  expect(objects.filter(({ kind }) => kind === 'PodMonitor').flatMap((monitor) => StrictCrd.POD_MONITOR.problems(monitor))).toEqual([]);
  expect(StrictCrd.PROMETHEUS_RULE.problems(only(objects, 'PrometheusRule'))).toEqual([]);
  const core = objects.filter(({ kind }) => ['ConfigMap', 'NetworkPolicy'].includes(kind));
  expect(core.map(withoutUnknownFields)).toEqual(core);
});

test('the monitors select pods and ports that there are', () => {
  const objects = watched();
  const { headGroupSpec } = only(objects, 'RayCluster').spec;
  const ports = headGroupSpec.template.spec.containers[0].ports.map(({ name }: { name: string }) => name);
  const head = only(objects, 'PodMonitor', 'features-head').spec;
  expect(head.selector.matchLabels).toEqual({ ...headGroupSpec.template.metadata.labels, 'ray.io/node-type': 'head' });
  expect(ports).toEqual(expect.arrayContaining(head.podMetricsEndpoints.map(({ port }: { port: string }) => port)));
  expect(only(objects, 'PodMonitor', 'features-workers').spec.podMetricsEndpoints).toEqual([{ port: 'metrics', interval: '30s' }]);
});

test('the label that every query selects is one that the monitors take over', () => {
  const objects = watched();
  const labels = only(objects, 'PodMonitor', 'features-head').spec.podTargetLabels.map((label: string) => label.replace(/[^a-zA-Z0-9_]/g, '_'));
  expect(labels).toEqual(['geneva_constructs_cluster', 'ray_io_node_type', 'ray_io_cluster', 'ray_io_group']);
  for (const { expr } of only(objects, 'PrometheusRule').spec.groups[0].rules) {
    expect(expr).toContain('geneva_constructs_cluster="features"');
  }
});

test('Prometheus reaches the ports of metrics through the isolation, and no others', () => {
  expect(only(watched(), 'NetworkPolicy', 'features-prometheus').spec.ingress).toEqual([{
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    ports: [8080, 44217, 44227].map((port) => ({ port, protocol: 'TCP' })),
  }]);
  expect(watched({}, NetworkIsolation.none()).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});

test('what is set is what is emitted', () => {
  const objects = watched({
    labels: { release: 'p' }, dashboardLabels: { grafana: 'yes' }, prometheusNamespace: { team: 'metrics' }, interval: Duration.minutes(1),
  });
  expect(objects.filter(({ kind }) => ['PodMonitor', 'PrometheusRule'].includes(kind)).map(({ metadata }) => metadata.labels)).toEqual([{ release: 'p' }, { release: 'p' }, { release: 'p' }]);
  expect(only(objects, 'ConfigMap', 'features-dashboard').metadata.labels).toEqual({ grafana: 'yes' });
  expect(only(objects, 'NetworkPolicy', 'features-prometheus').spec.ingress[0].from).toEqual([{ namespaceSelector: { matchLabels: { team: 'metrics' } } }]);
  expect(only(objects, 'PodMonitor', 'features-head').spec.podMetricsEndpoints[0].interval).toBe('60s');
});

test('the dashboard is JSON, its panels lie beside each other', () => {
  const { panels, uid } = JSON.parse(only(watched(), 'ConfigMap', 'features-dashboard').data['features.json'] as string);
  expect(uid).toBe('ray-features');
  expect(new Set(panels.map(({ gridPos: { x, y } }: any) => `${x},${y}`)).size).toBe(panels.length);
});

test('an interval that is no time is refused', () => {
  expect(() => watched({ interval: Duration.seconds(0) })).toThrow(/Monitoring: interval: got "0 seconds"/);
});
