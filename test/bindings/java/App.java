import io.github.genevaconstructs.BackfillOptions;
import io.github.genevaconstructs.BundleStore;
import io.github.genevaconstructs.ComputeEnvironment;
import io.github.genevaconstructs.ErrorPolicy;
import io.github.genevaconstructs.HeadNodePool;
import io.github.genevaconstructs.KarpenterHeadNodePoolOptions;
import io.github.genevaconstructs.RayImage;
import io.github.genevaconstructs.RayImageOptions;
import io.github.genevaconstructs.WorkerGroupOptions;
import java.util.List;
import org.cdk8s.Chart;
import org.cdk8s.Size;

/** The environment of twin.ts, in Java. */
public final class App {
    private App() {
    }

    public static void main(final String[] args) {
        final org.cdk8s.App app = new org.cdk8s.App();
        final Chart chart = new Chart(app, "features");
        final ComputeEnvironment env = ComputeEnvironment.Builder.create(chart, "features")
                .image(RayImage.fromRegistry("ghcr.io/acme/features:1",
                        RayImageOptions.builder().rayVersion("2.60.0").pythonVersion("3.11").build()))
                .headPool(HeadNodePool.karpenter(
                        KarpenterHeadNodePoolOptions.builder().instanceFamilies(List.of("m7i", "m7a")).build()))
                .build();
        env.addWorkerGroup("cpu",
                WorkerGroupOptions.builder().cpu(4).memory(Size.gibibytes(8)).maxReplicas(10).build());
        env.addBackfill("words", BackfillOptions.builder()
                .table(BundleStore.s3("acme", "").getUrl() + "docs.lance")
                .column("words")
                .udf("features.text:word_count")
                .onError(ErrorPolicy.SKIP)
                .build());
        app.synth();
    }
}
