// The environment of twin.ts, in Go.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/geneva-constructs/geneva-constructs-go/genevaconstructs"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("features"), nil)
	env := genevaconstructs.NewComputeEnvironment(chart, jsii.String("features"), &genevaconstructs.ComputeEnvironmentProps{
		Image: genevaconstructs.RayImage_FromRegistry(jsii.String("ghcr.io/acme/features:1"), &genevaconstructs.RayImageOptions{
			RayVersion:    jsii.String("2.60.0"),
			PythonVersion: jsii.String("3.11"),
		}),
		HeadPool: genevaconstructs.HeadNodePool_Karpenter(&genevaconstructs.KarpenterHeadNodePoolOptions{
			InstanceFamilies: jsii.Strings("m7i", "m7a"),
		}),
	})
	env.AddWorkerGroup(jsii.String("cpu"), &genevaconstructs.WorkerGroupOptions{
		Cpu:         jsii.Number(4),
		Memory:      cdk8s.Size_Gibibytes(jsii.Number(8)),
		MaxReplicas: jsii.Number(10),
	})
	store := genevaconstructs.BundleStore_S3(jsii.String("acme"), jsii.String(""))
	env.AddBackfill(jsii.String("words"), &genevaconstructs.BackfillOptions{
		Table:   jsii.String(*store.Url() + "docs.lance"),
		Column:  jsii.String("words"),
		Udf:     jsii.String("features.text:word_count"),
		OnError: genevaconstructs.ErrorPolicy_SKIP,
	})
	app.Synth()
}
