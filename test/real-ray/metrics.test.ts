import { Metric } from '../../src/spec/metrics';
import { alertRules, dashboard } from '../../src/spec/monitoring';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { python } from '../submitter/local-stack';

/** A real Ray, with work for it, and what it exports. */
const MEASURE = `
import json, os, re, shutil, sys, tempfile, time, urllib.request
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
import ray

wanted = set(sys.argv[1].split(","))
temporary = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
ray.init(num_cpus=1, _temp_dir=temporary, include_dashboard=True, dashboard_host="127.0.0.1", log_to_driver=False)

@ray.remote(num_cpus=0.1)
class Actor:
    def work(self):
        return 1

actor = Actor.remote()
ray.get(actor.work.remote())
labels, deadline = {}, time.time() + 90
while not wanted <= labels.keys() and time.time() < deadline:
    time.sleep(1)
    try:
        with open(f"{temporary}/prom_metrics_service_discovery.json") as file:
            targets = [target for entry in json.load(file) for target in entry["targets"]]
        for target in targets:
            text = urllib.request.urlopen(f"http://{target}/metrics", timeout=5).read().decode()
            for name, found in re.findall(r"^([a-z_]+)\\{(.*)\\} ", text, re.M):
                labels.setdefault(name, {})
                for label, value in re.findall(r'(\\w+)="([^"]*)"', found):
                    labels[name].setdefault(label, []).append(value)
    except OSError:
        pass  # not there yet
ray.shutdown()
shutil.rmtree(temporary, ignore_errors=True)
print(json.dumps({name: {label: sorted(set(values)) for label, values in of.items()} for name, of in labels.items() if name in wanted}))
`;

/** Values that Ray has had, by label, by metric. */
type Exported = Record<string, Record<string, string[]>>;

/** Labels that Prometheus adds: by the monitors, and for each target. */
const ADDED = /^(geneva_|ray_io_|pod$)/;

const EXPRESSIONS = [
  ...alertRules('features').groups[0].rules.map(({ expr }) => expr),
  ...(dashboard('features') as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
];

let exported: Exported;

beforeAll(async () => {
  const { python: executable } = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  exported = python<Exported>(executable, MEASURE, Object.values(Metric).join(','));
}, 600_000);

test.each(Object.values(Metric))('Ray exports %s', (metric) => {
  expect(Object.keys(exported)).toContain(metric);
});

test.each(EXPRESSIONS)('%s selects and groups by labels that Ray gives', (expression) => {
  for (const [, metric, selectors] of expression.matchAll(/((?:ray|autoscaler)_[a-z_]+)\{([^}]*)\}/g)) {
    const wanted = selectors.split(',').map((selector) => /^(\w+)=~?"(.*)"$/.exec(selector)!.slice(1)).filter(([label]) => !ADDED.test(label));
    const grouped = (/by \(([^)]*)\)/.exec(expression)?.[1].split(', ') ?? []).filter((label) => !ADDED.test(label));
    expect(Object.keys(exported[metric])).toEqual(expect.arrayContaining([...wanted.map(([label]) => label), ...grouped]));
    for (const [label, value] of wanted) {
      expect(exported[metric][label]).toEqual(expect.arrayContaining(value.split('|').filter((name) => name !== 'GPU')));
    }
  }
});
