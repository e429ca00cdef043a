/**
 * Builds what watches a cluster: PodMonitors and alert rules for the Prometheus operator (`monitoring.coreos.com/v1`), a dashboard for Grafana.
 */

import { headPods } from './head-guard';
import { LabelSelector } from './kubernetes-types';
import { Label } from './labels';
import { Metric } from './metrics';

export interface PodMonitorSpec {
  readonly selector: LabelSelector;
  readonly podTargetLabels: string[];
  readonly podMetricsEndpoints: { readonly port: string; readonly interval: string }[];
}

export interface PrometheusRuleSpec {
  readonly groups: { readonly name: string; readonly rules: Alert[] }[];
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** Labels of the pods that become labels of what is measured; Prometheus writes `_` for what its names can't hold. */
const TARGET_LABELS = [Label.CLUSTER, Label.RAY_NODE_TYPE, 'ray.io/cluster', 'ray.io/group'];

/** KubeRay gives each Ray container the port `metrics`; the others are those that the head declares. */
export function headMonitor(clusterLabel: string, interval: string): PodMonitorSpec {
  return monitor(headPods(clusterLabel), ['metrics', 'as-metrics', 'dash-metrics'], interval);
}

export function workerMonitor(clusterLabel: string, interval: string): PodMonitorSpec {
  return monitor({ matchLabels: { [Label.CLUSTER]: clusterLabel, [Label.RAY_NODE_TYPE]: 'worker' } }, ['metrics'], interval);
}

function monitor(selector: LabelSelector, ports: string[], interval: string): PodMonitorSpec {
  return { selector, podTargetLabels: TARGET_LABELS, podMetricsEndpoints: ports.map((port) => ({ port, interval })) };
}

export function alertRules(clusterLabel: string): PrometheusRuleSpec {
  const of = ofCluster(clusterLabel);
  const head = `${of},ray_io_node_type="head"`;
  return {
    groups: [{
      name: `ray-${clusterLabel}`,
      rules: [
        alert('RayHeadDown', `absent(up{${head}} == 1)`, '5m', 'critical', 'No head of {cluster} answers.',
          'Every job of the cluster has ended. Look at the events of the RayCluster, then submit again: saved rows are kept.', clusterLabel),
        alert('RayHeadMemoryHigh', `${Metric.NODE_MEMORY_USED}{${head}} / ${Metric.NODE_MEMORY_TOTAL}{${head}} > 0.9`, '10m', 'warning',
          'The head of {cluster} uses more than 90 % of its memory.', 'A head that runs out of memory ends every job. Raise headMemory.', clusterLabel),
        alert('RayNodeDiskFull', `${Metric.NODE_DISK_PERCENT}{${of}} > 90`, '10m', 'warning',
          'A node of {cluster} has less than 10 % of its disk left.', 'Ray stops spilling objects, then tasks fail. Give workers more memory, or nodes larger disks.', clusterLabel),
        alert('RayTasksInfeasible', `sum(${Metric.STUCK_TASKS}{${of},Reason="Infeasible"}) > 0`, '10m', 'warning',
          'Tasks of {cluster} ask for more than any of its nodes has.', 'They wait for ever. Ask for less, or make the workers of the group larger.', clusterLabel),
        alert('RayWorkersPending', `sum(${Metric.AUTOSCALER_PENDING}{${of}}) > 0`, '30m', 'warning',
          'Workers of {cluster} have not started for half an hour.', 'Look at the events of the Pending pods: no capacity, a limit of the pool, or an image that is not there.', clusterLabel),
        alert('RayWorkersFail', `increase(${Metric.AUTOSCALER_FAILED}{${of}}[15m]) > 0`, '0m', 'warning',
          'Workers of {cluster} could not be created.', 'A quota or an admission rule refused them. Look at the events of the RayCluster.', clusterLabel),
      ],
    }],
  };
}

/** A Grafana dashboard of one cluster, as the JSON that Grafana's sidecar reads. */
export function dashboard(clusterLabel: string): object {
  const of = ofCluster(clusterLabel);
  const panels = [
    panel('Nodes', 'short', `sum by (node_type) (${Metric.ACTIVE_NODES}{${of}})`, '{{node_type}}'),
    panel('Workers that are being started', 'short', `sum(${Metric.AUTOSCALER_PENDING}{${of}})`, 'pending'),
    panel('Jobs that run', 'short', `sum(${Metric.RUNNING_JOBS}{${of}})`, 'jobs'),
    panel('Actors', 'short', `sum by (State) (${Metric.ACTORS}{${of},Source="gcs"})`, '{{State}}'),
    panel('Tasks', 'short', `sum by (State) (${Metric.TASKS}{${of}})`, '{{State}}'),
    panel('Tasks that wait', 'short', `sum by (Reason) (${Metric.STUCK_TASKS}{${of}})`, '{{Reason}}'),
    panel('CPUs and GPUs', 'short', `sum by (Name, State) (${Metric.RESOURCES}{${of},Name=~"CPU|GPU"})`, '{{Name}} {{State}}'),
    panel('CPU of a node', 'percent', `${Metric.NODE_CPU_PERCENT}{${of}}`, '{{ray_io_group}} {{pod}}'),
    panel('Memory of a node', 'percentunit', `${Metric.NODE_MEMORY_USED}{${of}} / ${Metric.NODE_MEMORY_TOTAL}{${of}}`, '{{ray_io_group}} {{pod}}'),
    panel('Disk of a node', 'percent', `${Metric.NODE_DISK_PERCENT}{${of}}`, '{{ray_io_group}} {{pod}}'),
    panel('Object store', 'bytes', `sum by (pod) (${Metric.OBJECT_STORE_USED}{${of}})`, '{{pod}}'),
    panel('Spilled to disk', 'bytes', `sum by (pod) (${Metric.SPILLED_BYTES}{${of},State="Spilled"})`, '{{pod}}'),
  ];
  return {
    title: `Ray: ${clusterLabel}`,
    uid: `ray-${clusterLabel}`.slice(0, 40), // Grafana takes no more
    schemaVersion: 39,
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map((fields, i) => ({ ...fields, id: i + 1, gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 8, w: 8, h: 8 } })),
  };
}

function ofCluster(clusterLabel: string): string {
  return `geneva_constructs_cluster="${clusterLabel}"`;
}

function alert(name: string, expr: string, wait: string, severity: string, summary: string, description: string, cluster: string): Alert {
  return { alert: name, expr, for: wait, labels: { severity }, annotations: { summary: summary.replace('{cluster}', cluster), description } };
}

function panel(title: string, unit: string, expr: string, legendFormat: string): object {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  return { title, type: 'timeseries', datasource, fieldConfig: { defaults: { unit, min: 0 }, overrides: [] }, targets: [{ refId: 'A', datasource, expr, legendFormat }] };
}
