// Greeter is a small HTTP server that hands over its coverage data while it runs.
//
// It listens on a free port of the loopback interface, prints the address, and ends by itself after a minute.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/coverage"
	"time"

	"example.com/greeter/greet"
)

const lifetime = time.Minute

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), lifetime)
	defer stop()
	server := &http.Server{Handler: routes(stop), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	fmt.Println("http://" + listener.Addr().String())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}

func routes(stop func()) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hello", hello)
	mux.HandleFunc("/coverage/meta", handOver(coverage.WriteMeta))
	mux.HandleFunc("/coverage/counters", handOver(coverage.WriteCounters))
	mux.HandleFunc("/quit", func(http.ResponseWriter, *http.Request) { stop() })
	return mux
}

func hello(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	text, err := greet.Hello(query.Get("name"), query.Get("language"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if query.Has("loud") {
		text = greet.Shout(text)
	}
	fmt.Fprintln(w, text)
}

// handOver answers with what write writes: the bytes of a meta-data or counter file, without any file name.
func handOver(write func(io.Writer) error) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		if err := write(w); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}
