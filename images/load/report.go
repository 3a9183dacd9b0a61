package main

import (
	"slices"
	"sync"
	"time"
)

// report is the document that is printed at the end. Counts add up: sent = ok + failed, and
// sent = all of statuses + all of errors.
type report struct {
	Sent      int            `json:"sent"`
	OK        int            `json:"ok"`
	Failed    int            `json:"failed"`
	Statuses  map[string]int `json:"statuses"`
	Errors    map[string]int `json:"errors"`
	ByPod     map[string]int `json:"by_pod"`
	ByVersion map[string]int `json:"by_version"`
	Latency   latency        `json:"latency_ms"`
}

// latency is in milliseconds, of the requests that succeeded.
type latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

// tally collects outcomes from many goroutines.
type tally struct {
	mutex    sync.Mutex
	outcomes []outcome
}

func (t *tally) add(o outcome) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.outcomes = append(t.outcomes, o)
}

func (t *tally) report() report {
	r := report{Statuses: map[string]int{}, Errors: map[string]int{}, ByPod: map[string]int{}, ByVersion: map[string]int{}}
	var took []time.Duration
	for _, o := range t.outcomes {
		r.Sent++
		if o.err != "" {
			r.Errors[o.err]++
		} else {
			r.Statuses[o.statusText()]++
		}
		if !o.ok() {
			r.Failed++
			continue
		}
		r.OK++
		took = append(took, o.took)
		if o.pod != "" {
			r.ByPod[o.pod]++
		}
		if o.version != "" {
			r.ByVersion[o.version]++
		}
	}
	slices.Sort(took)
	r.Latency = latency{P50: percentile(took, 50), P99: percentile(took, 99)}
	return r
}

// percentile is the nearest rank in sorted values, in milliseconds; 0 where there are none.
func percentile(sorted []time.Duration, p int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return float64(sorted[rank-1].Microseconds()) / 1000
}
