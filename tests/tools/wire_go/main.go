// gRPC in Go, with its own HTTP/2, for tests of our wire. Messages are encoded by hand.
//
// wire_go call ADDRESS SLOW_ADDRESS: the cases of interop_test.py against two nodes, the second with
// a slow source; prints what each came to as JSON.
// wire_go serve ADDRESS: a server whose GroupCache.Get answers every key with 100 bytes; prints
// "serving" when it listens.
package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	service  = "/groupcachepb.GroupCache/"
	health   = "/grpc.health.v1.Health/"
	patience = time.Minute
	special  = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
)

// Messages are bytes.
type rawCodec struct{}

func (rawCodec) Marshal(message interface{}) ([]byte, error) { return *message.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, message interface{}) error {
	*message.(*[]byte) = append([]byte(nil), data...)
	return nil
}
func (rawCodec) Name() string   { return "proto" }
func (rawCodec) String() string { return "proto" }

func main() {
	if os.Args[1] == "serve" {
		serve(os.Args[2])
	}
	fast, slow := dial(os.Args[2]), dial(os.Args[3])
	results := map[string]interface{}{}
	unary(fast, slow, results)
	streams(fast, results)
	check(json.NewEncoder(os.Stdout).Encode(results))
}

func unary(fast, slow *grpc.ClientConn, results map[string]interface{}) {
	reply, err := call(fast, service+"Remove", request("default", "k"), nil)
	check(err)
	results["empty"] = len(reply)

	value := bytes.Repeat([]byte{0, 1, 0xfe, 0xff}, 1<<18)
	_, err = call(fast, service+"Set", append(request("default", "large"), field(3, value)...), nil)
	check(err)
	reply, err = call(fast, service+"Get", request("default", "large"), nil)
	check(err)
	results["large"] = bytes.HasPrefix(reply, field(1, value))

	_, err = call(fast, service+"Get", request("scores", "Tom"), nil)
	results["status"] = []interface{}{status.Code(err), status.Convert(err).Message()}
	_, err = call(fast, service+"Get", request(special, "Tom"), nil)
	results["special"] = []interface{}{status.Code(err), status.Convert(err).Message()}
	_, err = call(fast, service+"Nothing", nil, nil)
	results["unimplemented_method"] = status.Code(err)
	_, err = call(fast, "/groupcachepb.Nothing/Get", nil, nil)
	results["unimplemented_service"] = status.Code(err)

	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	results["cancel"] = status.Code(invoke(ctx, slow, service+"Get", request("default", "a")))
	ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	results["deadline"] = status.Code(invoke(ctx, slow, service+"Get", request("default", "b")))
	_, err = call(slow, service+"Stats", nil, nil)
	results["afterwards"] = status.Code(err)

	var trailer metadata.MD
	_, err = call(fast, service+"Get", request("default", "Tom"), &trailer)
	check(err)
	results["metadata"] = trailer["ringlab-answer"]
	results["concurrent"] = concurrent(fast)
}

// How many of 1,000 Gets at once were answered, and with how many values.
func concurrent(channel *grpc.ClientConn) []int {
	var wait sync.WaitGroup
	var mutex sync.Mutex
	answered, values := 0, map[string]bool{}
	for i := 0; i < 1000; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			key := string([]byte{'a' + byte(i%10), 'a' + byte(i/10%10)})
			reply, err := call(channel, service+"Get", request("default", key), nil)
			mutex.Lock()
			defer mutex.Unlock()
			if err == nil {
				answered++
				values[string(reply[:102])] = true
			}
		}(i)
	}
	wait.Wait()
	return []int{answered, len(values)}
}

func streams(channel *grpc.ClientConn, results map[string]interface{}) {
	whole, err := call(channel, health+"Check", nil, nil)
	check(err)
	ours, err := call(channel, health+"Check", field(1, []byte("groupcachepb.GroupCache")), nil)
	check(err)
	_, err = call(channel, health+"Check", field(1, []byte("no.Service")), nil)
	results["health"] = []interface{}{hex.EncodeToString(whole), hex.EncodeToString(ours),
		status.Code(err)}
	results["watch"] = hex.EncodeToString(first(channel, false, health+"Watch", nil))
	results["services"] = hex.EncodeToString(first(channel, true,
		"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", field(7, nil)))
}

// The first reply of a stream, which is then cancelled; the request goes on when it is one too.
func first(channel *grpc.ClientConn, goesOn bool, path string, message []byte) []byte {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	stream, err := channel.NewStream(ctx,
		&grpc.StreamDesc{ServerStreams: true, ClientStreams: goesOn}, path)
	check(err)
	check(stream.SendMsg(&message))
	var reply []byte
	check(stream.RecvMsg(&reply))
	return reply
}

func call(channel *grpc.ClientConn, path string, message []byte, trailer *metadata.MD) ([]byte,
	error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	options := []grpc.CallOption{}
	if trailer != nil {
		ctx = metadata.AppendToOutgoingContext(ctx, "ringlab-explain", "1")
		options = append(options, grpc.Trailer(trailer))
	}
	var reply []byte
	err := channel.Invoke(ctx, path, &message, &reply, options...)
	return reply, err
}

func invoke(ctx context.Context, channel *grpc.ClientConn, path string, message []byte) error {
	var reply []byte
	return channel.Invoke(ctx, path, &message, &reply)
}

func dial(address string) *grpc.ClientConn {
	channel, err := grpc.Dial(address, grpc.WithInsecure(), grpc.WithBlock(),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
	check(err)
	return channel
}

func serve(address string) {
	listener, err := net.Listen("tcp", address)
	check(err)
	answer := func(_ interface{}, stream grpc.ServerStream) error {
		if method, _ := grpc.MethodFromServerStream(stream); method != service+"Get" {
			return status.Error(codes.Unimplemented, "Get alone")
		}
		var message []byte
		if err := stream.RecvMsg(&message); err != nil {
			return err
		}
		reply := field(1, bytes.Repeat([]byte{'v'}, 100))
		return stream.SendMsg(&reply)
	}
	server := grpc.NewServer(grpc.CustomCodec(rawCodec{}), grpc.UnknownServiceHandler(answer))
	fmt.Println("serving")
	check(server.Serve(listener))
}

func request(group, key string) []byte {
	return append(field(1, []byte(group)), field(2, []byte(key))...)
}

// A length-delimited field of protobuf.
func field(number byte, payload []byte) []byte {
	out := []byte{number<<3 | 2}
	size := len(payload)
	for ; size > 127; size >>= 7 {
		out = append(out, byte(size&127|128))
	}
	return append(append(out, byte(size)), payload...)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
