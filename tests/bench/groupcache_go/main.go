// What a cached Get costs in golang/groupcache: the same keys, law and sizes as BM_GroupGetCached
// of core_bench.cc, in the same process (no network), one goroutine. scripts/bench-groupcache
// builds and runs both.
//
// Prints one line: nanoseconds of CPU time a Get, the best and the median of several rounds. CPU time
// is the whole process's, garbage collector included.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand"
	"sort"
	"strconv"
	"syscall"

	"github.com/golang/groupcache"
)

const (
	valueBytes = 100
	cacheBytes = 1 << 30
)

// zipfRanks draws ranks from 0 up, rank k with probability proportional to (k+1)^-s, by inverting
// the cumulative sums. (rand.Zipf needs s > 1.)
func zipfRanks(keys, draws int, s float64, random *rand.Rand) []int {
	cumulative := make([]float64, keys)
	sum := 0.0
	for k := range cumulative {
		sum += math.Pow(float64(k+1), -s)
		cumulative[k] = sum
	}
	ranks := make([]int, draws)
	for i := range ranks {
		u := random.Float64() * sum
		rank := sort.Search(keys, func(k int) bool { return cumulative[k] > u })
		if rank == keys {
			rank--
		}
		ranks[i] = rank
	}
	return ranks
}

// cpuNanoseconds is the CPU time that this process has used.
func cpuNanoseconds() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatalf("getrusage: %v", err)
	}
	return syscall.TimevalToNsec(usage.Utime) + syscall.TimevalToNsec(usage.Stime)
}

func main() {
	keys := flag.Int("keys", 1000000, "distinct keys, all cached")
	draws := flag.Int("draws", 1<<20, "keys drawn ahead, and Gets a round")
	s := flag.Float64("s", 0.99, "exponent of the Zipf law")
	rounds := flag.Int("rounds", 7, "measured rounds")
	seed := flag.Int64("seed", 1, "seed of the key sequence")
	flag.Parse()

	random := rand.New(rand.NewSource(*seed))
	value := make([]byte, valueBytes)
	loads := 0
	group := groupcache.NewGroup("bench", cacheBytes, groupcache.GetterFunc(
		func(_ context.Context, _ string, dest groupcache.Sink) error {
			loads++
			return dest.SetBytes(value)
		}))

	ctx := context.Background()
	var view groupcache.ByteView
	get := func(key string) {
		if err := group.Get(ctx, key, groupcache.ByteViewSink(&view)); err != nil {
			log.Fatalf("get %q: %v", key, err)
		}
	}
	for k := 0; k < *keys; k++ {
		get("key-" + strconv.Itoa(k))
	}

	// Strings of their own, in the order of their use: a real key arrives in a fresh buffer.
	scatter := random.Perm(*keys)
	sequence := make([]string, *draws)
	for i, rank := range zipfRanks(*keys, *draws, *s, random) {
		sequence[i] = "key-" + strconv.Itoa(scatter[rank])
	}

	cost := make([]float64, *rounds)
	for r := -1; r < *rounds; r++ { // round -1 warms up
		start := cpuNanoseconds()
		for _, key := range sequence {
			get(key)
		}
		if r >= 0 {
			cost[r] = float64(cpuNanoseconds()-start) / float64(*draws)
		}
	}
	if loads != *keys {
		log.Fatalf("%d loads of %d keys: a benchmark of hits must hit", loads, *keys)
	}
	sort.Float64s(cost)
	fmt.Printf("groupcache_ns best %.1f median %.1f\n", cost[0], cost[len(cost)/2])
}
