package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net/netip"
	"os"

	"k8s.io/client-go/tools/clientcmd"

	"geneva-constructs.dev/testbed/internal/kubelet"
	"geneva-constructs.dev/testbed/internal/sandbox"
)

// runKubelet serves the nodes of a test bed; `up` starts it.
func runKubelet(ctx context.Context, args []string) error {
	var options kubelet.Options
	var hidden list
	flags := flag.NewFlagSet("testbed kubelet", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	bridge := flags.String("bridge", "", "bridge of the pods")
	network := flags.String("network", "", "network of the pods")
	port := flags.Int("port", 0, "port for the API server")
	cert := flags.String("tls-cert", "", "certificate for that port")
	key := flags.String("tls-key", "", "its key")
	clientCA := flags.String("client-ca", "", "who signs the certificates of clients")
	flags.StringVar(&options.Dir, "dir", "", "folder of the pods")
	flags.StringVar(&options.Links, "links", "", "prefix of the names of network links")
	flags.StringVar(&options.APIHost, "api-host", "", "API server, for pods")
	flags.StringVar(&options.APIPort, "api-port", "", "its port")
	flags.StringVar(&options.HostsFile, "hosts-file", "", "hosts file to keep for programs of the machine")
	flags.StringVar(&options.ImagesFile, "images", "", "table of images")
	flags.StringVar(&options.InitProgram, "init", "", "container-init")
	flags.Var(&hidden, "hide", "path of the machine that pods see empty")
	flags.Parse(args)
	options.Hidden, options.Port = hidden, int32(*port)
	var err error
	if options.API, err = clientcmd.BuildConfigFromFlags("", *kubeconfig); err != nil {
		return err
	}
	if *bridge != "" {
		prefix, err := netip.ParsePrefix(*network)
		if err != nil {
			return err
		}
		options.Bridge = &sandbox.Bridge{Name: *bridge, Prefix: prefix}
		if options.TLS, err = serverTLS(*cert, *key, *clientCA); err != nil {
			return err
		}
	}
	return kubelet.Run(ctx, options)
}

// serverTLS lets nobody in but who has a certificate of the test bed: exec is a shell in a pod.
func serverTLS(certFile, keyFile, clientCA string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(clientCA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", clientCA)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"http/1.1"}, // SPDY and WebSockets take over the connection, which HTTP/2 has no way to give
	}, nil
}
