"""One compute environment, declared in Python; `twin.ts` declares the same in TypeScript."""

from pathlib import Path

from cdk8s import App, Chart, Cron, Duration, Size
from geneva_constructs import (
    BundleRoot,
    BundleStore,
    ComputeEnvironment,
    HeadNodePool,
    JobSchedule,
    KubeRayVersion,
    RayImage,
    ScheduleSubmitterOptions,
    UpscalingMode,
    WorkerNodePool,
    WorkspaceBundle,
)

HERE = Path(__file__).parent

app = App()
chart = Chart(app, "features")

# The code of the jobs: hashed here, published by `geneva-stack submit`.
workspace = WorkspaceBundle(
    chart,
    "code",
    roots=[BundleRoot.workspace(str(HERE / "workspace"))],
    store=BundleStore.s3("acme-bundles", "features/"),
)

# Where they run: a head that is always there, and workers that come when there is work and leave when there is none.
env = ComputeEnvironment(
    chart,
    "features",
    kuberay=KubeRayVersion.V1_7,
    image=RayImage.from_registry("ghcr.io/acme/features:2026-11", ray_version="2.60.0", python_version="3.11"),
    head_pool=HeadNodePool.karpenter(instance_families=["m7i", "m7a"]),
    workspace=workspace,
    upscaling_mode=UpscalingMode.CONSERVATIVE,
    schedule_submitter=ScheduleSubmitterOptions(image="ghcr.io/acme/submitter:2026-11", stack_directory="/app/dist"),
)
env.add_worker_group(
    "cpu",
    cpu=4,
    memory=Size.gibibytes(8),
    max_replicas=100,
    idle_timeout=Duration.minutes(2),
    pool=WorkerNodePool.karpenter(),
)
env.add_worker_group("gpu", cpu=8, memory=Size.gibibytes(32), gpus=1, max_replicas=8, priority=10)

# What they do: fill a column of the table ...
env.add_backfill(
    "captions",
    table="s3://acme/images.lance",
    column="caption",
    udf="features.captions:caption",
    worker_group="gpu",
    gpus_per_worker=1,
)

# ... and keep a table of the cats up to date, every night.
env.add_materialized_view(
    "cats",
    source="s3://acme/images.lance",
    destination="s3://acme/cats.lance",
    where="label = 'cat'",
    worker_group="cpu",
    schedule=JobSchedule(cron=Cron.schedule(minute="0", hour="3"), time_zone="Europe/Berlin"),
)

app.synth()
