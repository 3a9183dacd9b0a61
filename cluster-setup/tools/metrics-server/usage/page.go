package main

import (
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
)

// nodeBytes is what a node itself takes, beside its pods.
const nodeBytes = 256 << 20

// handler answers as a kubelet's /metrics/resource does; with a token, only whoever has it.
func handler(site *simulation, token string) http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /nodes/{node}/metrics/resource", func(answer http.ResponseWriter, asked *http.Request) {
		given := strings.TrimPrefix(asked.Header.Get("Authorization"), "Bearer ")
		if token != "" && subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
			http.Error(answer, "unauthorized", http.StatusUnauthorized)
			return
		}
		answer.Header().Set("Content-Type", "text/plain; version=0.0.4")
		site.write(answer, asked.PathValue("node"))
	})
	return pages
}

// write prints the accounts of one node's pods, and the node's own.
func (s *simulation) write(out io.Writer, node string) {
	s.advance()
	s.lock.Lock()
	defer s.lock.Unlock()
	var here []*account
	for _, own := range s.accounts {
		if own.pod.Spec.NodeName == node {
			here = append(here, own)
		}
	}
	sort.Slice(here, func(a, b int) bool { return key(here[a].pod) < key(here[b].pod) })
	stamp := s.last.UnixMilli()
	bytes := float64(nodeBytes)
	fmt.Fprintln(out, "# Simulated by labcluster from what pods and Services declare: nothing was measured.")
	for _, own := range here {
		for n, container := range own.pod.Spec.Containers {
			of := fmt.Sprintf(`{container=%q,namespace=%q,pod=%q}`, container.Name, own.pod.Namespace, own.pod.Name)
			bytes += own.needs[n].bytes
			fmt.Fprintf(out, "container_cpu_usage_seconds_total%s %g %d\n", of, leastCPU+own.seconds[n], stamp)
			fmt.Fprintf(out, "container_memory_working_set_bytes%s %g %d\n", of, own.needs[n].bytes, stamp)
			fmt.Fprintf(out, "container_start_time_seconds%s %g %d\n", of, float64(own.since.UnixMilli())/1000, stamp)
		}
	}
	fmt.Fprintf(out, "node_cpu_usage_seconds_total %g %d\n", leastCPU+s.nodes[node], stamp)
	fmt.Fprintf(out, "node_memory_working_set_bytes %g %d\n", bytes, stamp)
}
