// Command influxd is InfluxDB's server as it is, without its other commands.
package main

import (
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/influxdata/influxdb/cmd/influxd/run"
)

func main() {
	server := run.NewCommand()
	if err := server.Run(os.Args[1:]...); err != nil {
		log.Fatal(err)
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt, syscall.SIGTERM)
	<-end
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
}
