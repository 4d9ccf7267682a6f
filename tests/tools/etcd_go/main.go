// A service in etcd as Go's clients see it: each endpoint, a line "KEY ADDRESS METADATA"; then the
// health of the service, asked for through a channel to etcd:///SERVICE.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"sort"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/naming/endpoints"
	"go.etcd.io/etcd/clientv3/naming/resolver"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{os.Args[1]}})
	check(err)
	service := os.Args[2]
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	manager, err := endpoints.NewManager(client, service)
	check(err)
	found, err := manager.List(ctx)
	check(err)
	var lines []string
	for key, endpoint := range found {
		lines = append(lines, fmt.Sprint(key, " ", endpoint.Addr, " ", endpoint.Metadata))
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}

	builder, err := resolver.NewBuilder(client)
	check(err)
	channel, err := grpc.DialContext(ctx, "etcd:///"+service, grpc.WithResolvers(builder),
		grpc.WithInsecure(), grpc.WithBlock())
	check(err)
	answer, err := grpc_health_v1.NewHealthClient(channel).Check(ctx,
		&grpc_health_v1.HealthCheckRequest{})
	check(err)
	fmt.Println(answer.Status)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
