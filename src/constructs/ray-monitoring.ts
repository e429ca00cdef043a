import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { wholeSeconds } from './amounts';
import type { ComputeEnvironment } from './compute-environment';
import { emitEnvironmentObject, emitNetworkPolicy } from './environment-object';
import { requireEnvironment } from './given-environment';
import { OPTIONS } from './known-options';
import { requireLabels, requireNamespaceLabels } from './label-options';
import { requireKnown, requireOptions } from './require-options';
import { alertRules, dashboard, headMonitor, workerMonitor } from '../spec/monitoring';
import { namespaceNamed, prometheusPolicy } from '../spec/network-policies';

const OPERATOR = 'monitoring.coreos.com/v1';

/** How an environment is watched. */
export interface RayMonitoringOptions {
  /**
   * Labels of PodMonitors and alert rules by which a Prometheus selects them. The chart kube-prometheus-stack wants `{ release: 'RELEASE' }`.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Labels of the namespace that Prometheus runs in. Network isolation lets it reach the ports of metrics, and no others.
   *
   * @default { 'kubernetes.io/metadata.name': 'monitoring' }
   */
  readonly prometheusNamespace?: { [key: string]: string };

  /**
   * Labels by which Grafana's sidecar finds the dashboard.
   *
   * @default { grafana_dashboard: '1' }
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * Time between two looks at a pod.
   *
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;
}

/** What {@link RayMonitoring} needs. */
export interface RayMonitoringProps extends RayMonitoringOptions {
  /** The environment to watch. */
  readonly environment: ComputeEnvironment;
}

/**
 * Watches an environment by the Prometheus operator and Grafana: PodMonitors of head and workers, alert rules, a dashboard.
 *
 * Needs the CRDs of the Prometheus operator. The metrics outlive a change of the cluster's name: they are told apart by the environment's.
 */
export class RayMonitoring extends Construct {
  /**
   * @param scope what it belongs to
   * @param id name of the construct in its scope
   * @param props what to watch, and how
   * @throws when the interval is no time, or a label none
   */
  constructor(scope: Construct, id: string, props: RayMonitoringProps) {
    super(scope, id);
    requireOptions(this.node.path, props, OPTIONS.RAY_MONITORING);
    if (new.target === RayMonitoring) { requireKnown(this.node.path, props, OPTIONS.RAY_MONITORING); }
    const { environment, labels } = props;
    requireEnvironment(this, environment);
    requireNamespaceLabels(this.node.path, 'prometheusNamespace', props.prometheusNamespace);
    requireLabels(this.node.path, 'labels', labels);
    requireLabels(this.node.path, 'dashboardLabels', props.dashboardLabels);
    const { name } = environment;
    const interval = `${wholeSeconds(this.node.path, 'interval', props.interval, 1) ?? 30}s`;
    const emit = (suffix: string, apiVersion: string, kind: string, fields: object, own?: { [key: string]: string }) =>
      emitEnvironmentObject(this, environment, { suffix, labels: own }, { apiVersion, kind, ...fields });
    emit('head', OPERATOR, 'PodMonitor', { spec: headMonitor(name, interval) }, labels);
    emit('workers', OPERATOR, 'PodMonitor', { spec: workerMonitor(name, interval) }, labels);
    emit('alerts', OPERATOR, 'PrometheusRule', { spec: alertRules(name) }, labels);
    emit('dashboard', 'v1', 'ConfigMap', { data: { [`${name}.json`]: jsonWithoutTemplates(dashboard(name)) } }, props.dashboardLabels ?? { grafana_dashboard: '1' });
    if (environment._isIsolated()) {
      emitNetworkPolicy(this, environment, prometheusPolicy(name, props.prometheusNamespace ?? namespaceNamed('monitoring')));
    }
  }
}

/** JSON in which the braces of Grafana's legends are escaped: Helm, as whose chart it may be synthesized, would take them for its own. */
function jsonWithoutTemplates(value: object): string {
  return JSON.stringify(value, null, 2).replace(/\{\{/g, '\\u007b\\u007b').replace(/\}\}/g, '\\u007d\\u007d');
}
