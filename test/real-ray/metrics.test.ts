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

wanted = json.loads(sys.argv[1])
temporary = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
ray.init(num_cpus=1, _temp_dir=temporary, include_dashboard=True, dashboard_host="127.0.0.1", log_to_driver=False)

@ray.remote(num_cpus=0.1)
class Actor:
    def work(self):
        return 1

actor = Actor.remote()
ray.get(actor.work.remote())
labels, deadline = {}, time.time() + 120
def missing():  # what reports of a metric does so in its own time: a worker of its actors, say, before the control store
    return any(not {*values} <= {*labels.get(name, {}).get(label, [])} for name, of in wanted.items() for label, values in of.items())
while (missing() or not wanted.keys() <= labels.keys()) and time.time() < deadline:
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

/** What an expression asks of Ray's metrics: of each the labels, and those of their values that are named. */
function* asked(expression: string): Generator<[metric: string, labels: Record<string, string[]>]> {
  const grouped = (/by \(([^)]*)\)/.exec(expression)?.[1].split(', ') ?? []).map((label): [string, string[]] => [label, []]);
  for (const [, metric, selectors] of expression.matchAll(/((?:ray|autoscaler)_[a-z_]+)\{([^}]*)\}/g)) {
    const selected = selectors.split(',')
      .map((selector) => /^(\w+)=~?"(.*)"$/.exec(selector)!)
      .map(([, label, value]): [string, string[]] => [label, value.split('|').filter((name) => name !== 'GPU')]);
    yield [metric, Object.fromEntries([...grouped, ...selected].filter(([label]) => !ADDED.test(label)))];
  }
}

let exported: Exported;

beforeAll(async () => {
  const { python: executable } = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  const wanted: Exported = Object.fromEntries(Object.values(Metric).map((metric) => [metric, {}]));
  for (const [metric, labels] of EXPRESSIONS.flatMap((expression) => [...asked(expression)])) {
    for (const [label, values] of Object.entries(labels)) {
      wanted[metric][label] = [...new Set([...wanted[metric][label] ?? [], ...values])];
    }
  }
  exported = python<Exported>(executable, MEASURE, JSON.stringify(wanted));
}, 600_000);

test.each(Object.values(Metric))('Ray exports %s', (metric) => {
  expect(Object.keys(exported)).toContain(metric);
});

test.each(EXPRESSIONS)('%s selects and groups by labels that Ray gives', (expression) => {
  for (const [metric, labels] of asked(expression)) {
    expect(Object.keys(exported[metric])).toEqual(expect.arrayContaining(Object.keys(labels)));
    for (const [label, values] of Object.entries(labels)) {
      expect(exported[metric][label]).toEqual(expect.arrayContaining(values));
    }
  }
});
