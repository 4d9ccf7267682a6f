// What a get and a put cost in golang/groupcache's lru, under the lock that its own cache puts around
// it: beside BM_Get and BM_Put of policy_bench.cc, with the same keys, law and sizes.
// scripts/bench-policies builds and runs both.
//
// Prints a line for each: operation, goroutines, nanoseconds of wall time an operation of all of
// them together (the median of several rounds).
package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/golang/groupcache/lru"
)

const valueBytes = 100

type locked struct {
	mu  sync.RWMutex
	lru *lru.Cache
}

func (c *locked) get(key string) interface{} {
	c.mu.Lock() // a get moves the entry, so groupcache takes the write lock as well
	defer c.mu.Unlock()
	value, _ := c.lru.Get(key)
	return value
}

func (c *locked) put(key string, value []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Add(key, value)
}

func zipfKeys(keys, draws int, s float64, random *rand.Rand) []string {
	cumulative := make([]float64, keys)
	sum := 0.0
	for k := range cumulative {
		sum += math.Pow(float64(k+1), -s)
		cumulative[k] = sum
	}
	scatter := random.Perm(keys)
	drawn := make([]string, draws)
	for i := range drawn {
		u := random.Float64() * sum
		rank := sort.Search(keys, func(k int) bool { return cumulative[k] > u })
		if rank == keys {
			rank--
		}
		drawn[i] = "key-" + strconv.Itoa(scatter[rank])
	}
	return drawn
}

// measure runs an operation on every one of `goroutines`, and returns nanoseconds an operation.
func measure(goroutines, each, rounds int, operation func(goroutine, i int)) float64 {
	cost := make([]float64, rounds)
	for r := range cost {
		var all sync.WaitGroup
		start := time.Now()
		for g := 0; g < goroutines; g++ {
			all.Add(1)
			go func(g int) {
				defer all.Done()
				for i := 0; i < each; i++ {
					operation(g, r*each+i)
				}
			}(g)
		}
		all.Wait()
		cost[r] = float64(time.Since(start).Nanoseconds()) / float64(goroutines*each)
	}
	sort.Float64s(cost)
	return cost[rounds/2]
}

func main() {
	keys := flag.Int("keys", 1000000, "distinct keys, all cached")
	draws := flag.Int("draws", 1<<20, "keys drawn ahead")
	rounds := flag.Int("rounds", 7, "measured rounds")
	flag.Parse()

	value := make([]byte, valueBytes)
	full := &locked{lru: lru.New(*keys)}
	for k := 0; k < *keys; k++ {
		full.put("key-"+strconv.Itoa(k), value)
	}
	for _, goroutines := range []int{1, 2} {
		var drawn [][]string
		for g := 0; g < goroutines; g++ {
			drawn = append(drawn, zipfKeys(*keys, *draws, 0.99, rand.New(rand.NewSource(int64(g)))))
		}
		ns := measure(goroutines, *draws, *rounds, func(g, i int) {
			full.get(drawn[g][i%*draws])
		})
		fmt.Printf("get %d %.1f\n", goroutines, ns)
	}
	next := *keys
	for _, goroutines := range []int{1, 2} {
		each := 1 << 18
		ns := measure(goroutines, each, *rounds, func(g, i int) {
			full.put("key-"+strconv.Itoa(next+g*1000000000+i), value) // each makes another one leave
		})
		next += each * *rounds
		fmt.Printf("put %d %.1f\n", goroutines, ns)
	}
}
