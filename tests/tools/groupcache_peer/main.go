// A golang/groupcache process for tests: one group "scores" over a loader of its own, peers
// over HTTP on the default mux, as groupcache's documentation has it.
//
// Its value of a key is "go:" and the key; a key that begins with "missing" has none. Beside
// groupcache's own path it answers GET /get?key=K, which asks its group as a caller does, and GET
// /loads, a line for each load: the key, quoted.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strings"
	"sync"

	"github.com/golang/groupcache"
)

func main() {
	self := flag.String("self", "", "base URL of this process, its name on the ring")
	peers := flag.String("peers", "", "base URLs of all, this one included, with commas between")
	flag.Parse()

	var mutex sync.Mutex
	var loads []string
	group := groupcache.NewGroup("scores", 1<<20, groupcache.GetterFunc(
		func(_ context.Context, key string, dest groupcache.Sink) error {
			mutex.Lock()
			loads = append(loads, key)
			mutex.Unlock()
			if strings.HasPrefix(key, "missing") {
				return fmt.Errorf("%s not exist", key)
			}
			return dest.SetString("go:" + key)
		}))

	pool := groupcache.NewHTTPPool(*self)
	pool.Set(strings.Split(*peers, ",")...)

	http.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		var value []byte
		err := group.Get(r.Context(), r.URL.Query().Get("key"), groupcache.AllocatingByteSliceSink(&value))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if _, err := w.Write(value); err != nil {
			log.Print(err)
		}
	})
	http.HandleFunc("/loads", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		for _, key := range loads {
			fmt.Fprintf(w, "%q\n", key)
		}
	})
	log.Fatal(http.ListenAndServe(strings.TrimPrefix(*self, "http://"), nil))
}
