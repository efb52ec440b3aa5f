package main

import (
	"context"
	"flag"
	"sync"

	"github.com/choria-io/go-choria/broker/network"
	"github.com/choria-io/go-choria/choria"
	"github.com/choria-io/go-choria/config"
	"github.com/choria-io/go-choria/plugin"
	"github.com/choria-io/go-choria/providers/agent/mcorpc/external"
	golang "github.com/choria-io/go-choria/providers/agent/mcorpc/golang"
	"github.com/choria-io/go-choria/providers/agent/mcorpc/ruby"
	"github.com/choria-io/go-choria/server"
	natsserver "github.com/nats-io/nats-server/v2/server"
)

// daemonFramework is Choria's framework as its daemons configure it: from this file and nothing else.
func daemonFramework(file string) (*choria.Framework, error) {
	cfg, err := config.NewSystemConfig(file, true)
	if err != nil {
		return nil, err
	}
	return choria.NewWithConfig(cfg)
}

func runBroker(ctx context.Context, file string) error {
	fw, err := daemonFramework(file)
	if err != nil {
		return err
	}
	broker, err := network.NewServer(fw, fw.BuildInfo(), false)
	if err != nil {
		return err
	}
	var done sync.WaitGroup
	done.Add(1)
	broker.Start(ctx, &done)
	done.Wait()
	return nil
}

func runServer(ctx context.Context, file string) error {
	// Choria's release process generates this list; without it a server has no agents.
	for name, provider := range map[string]plugin.Pluggable{
		"golangmco":   golang.ChoriaPlugin(),
		"rubymco":     ruby.ChoriaPlugin(),
		"externalmco": external.ChoriaPlugin(),
	} {
		if err := plugin.Register(name, provider); err != nil {
			return err
		}
	}
	fw, err := daemonFramework(file)
	if err != nil {
		return err
	}
	instance, err := server.NewInstance(fw)
	if err != nil {
		return err
	}
	var done sync.WaitGroup
	done.Add(1)
	if err := instance.Run(ctx, &done); err != nil {
		return err
	}
	done.Wait()
	return nil
}

// runNats does what the main function of nats-server does.
func runNats(_ context.Context, file string) error {
	nothing := func() {}
	flags := flag.NewFlagSet("nats-server", flag.ContinueOnError)
	options, err := natsserver.ConfigureOptions(flags, []string{"-c", file}, nothing, nothing, nothing)
	if err != nil {
		return err
	}
	nats, err := natsserver.NewServer(options)
	if err != nil {
		return err
	}
	nats.ConfigureLogger()
	if err := natsserver.Run(nats); err != nil {
		return err
	}
	nats.WaitForShutdown()
	return nil
}
