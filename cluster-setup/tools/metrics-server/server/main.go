// Upstream's metrics-server with its own options, except that it may read usage more often than each 10 s.
//
// Its command line refuses a shorter --metric-resolution, since a kubelet measures only each 10 s or so. What simulated
// nodes say is never older than a moment, and a lab cannot wait half a minute for each decision of an autoscaler.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app/options"
)

func main() {
	logs.InitLogs()
	defer logs.FlushLogs()
	if err := run(os.Args[1:], genericapiserver.SetupSignalHandler()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string, stop <-chan struct{}) error {
	chosen := options.NewOptions()
	flags := pflag.NewFlagSet("metrics-server", pflag.ContinueOnError)
	named := chosen.Flags()
	for _, set := range named.FlagSets {
		flags.AddFlagSet(set)
	}
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if err := validate(chosen); err != nil {
		return err
	}
	config, err := chosen.ServerConfig()
	if err != nil {
		return err
	}
	server, err := config.Complete()
	if err != nil {
		return err
	}
	return server.RunUntil(stop)
}

// validate does what options.Validate does, but for the bound on the resolution.
func validate(chosen *options.Options) error {
	problems := append(chosen.KubeletClient.Validate(), chosen.GenericServerRunOptions.Validate()...)
	if err := logsapi.ValidateAndApply(chosen.Logging, nil); err != nil {
		problems = append(problems, err)
	}
	if chosen.MetricResolution < chosen.KubeletClient.KubeletRequestTimeout {
		problems = append(problems, fmt.Errorf("--kubelet-request-timeout is longer than --metric-resolution"))
	}
	if len(problems) > 0 {
		return problems[0]
	}
	return nil
}
