package bed

import (
	"context"
	"fmt"
)

// startKarpenter starts Karpenter with its kwok provider, whose nodes are faked. Its definitions must be there.
func startKarpenter(ctx context.Context, r *running, plane *controlPlane, program string) error {
	ports, err := freePorts(2)
	if err != nil {
		return err
	}
	metrics, health := ports[0], ports[1]
	karpenter := component{
		name: "karpenter",
		args: []string{program},
		env: []string{
			"KUBECONFIG=" + plane.kubeconfig("admin"), "SYSTEM_NAMESPACE=kube-system", "KARPENTER_SERVICE=karpenter", "DISABLE_LEADER_ELECTION=true",
			fmt.Sprintf("METRICS_PORT=%d", metrics), fmt.Sprintf("HEALTH_PROBE_PORT=%d", health),
			"BATCH_IDLE_DURATION=200ms", // how long it waits for more pods before it makes a node
			"FEATURE_GATES=StaticCapacity=true",
		},
		restarts: true,
	}
	if err := r.start(karpenter); err != nil {
		return err
	}
	return r.await(ctx, "Karpenter is ready", answersOK(fmt.Sprintf("http://127.0.0.1:%d/readyz", health)))
}
