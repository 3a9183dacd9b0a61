package main

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// step is how often what has been used is added up: a change of load counts from the next step on.
const step = 200 * time.Millisecond

// account is what one pod has used: processor seconds by container, since it was first seen.
type account struct {
	pod     *corev1.Pod
	needs   []need
	seconds []float64
	since   time.Time
}

// simulation keeps the account of every pod that runs on a simulated node, and of every Service that states a load.
type simulation struct {
	cluster cluster
	now     func() time.Time

	lock     sync.Mutex
	last     time.Time
	accounts map[string]*account // by uid
	traffic  map[string]*traffic // by namespace/name
	nodes    map[string]float64  // processor seconds of each node since it was first asked for; never falls
}

func newSimulation(seen cluster, now func() time.Time) *simulation {
	return &simulation{cluster: seen, now: now, last: now(), accounts: map[string]*account{},
		traffic: map[string]*traffic{}, nodes: map[string]float64{}}
}

func (s *simulation) run(stop context.Context) {
	ticker := time.NewTicker(step)
	defer ticker.Stop()
	for {
		s.advance()
		select {
		case <-ticker.C:
		case <-stop.Done():
			return
		}
	}
}

// advance adds what was used since the last time, as if all had been as it is now.
func (s *simulation) advance() {
	pods, services := s.cluster.running(), s.cluster.loaded()
	s.lock.Lock()
	defer s.lock.Unlock()
	now := s.now()
	seconds := now.Sub(s.last).Seconds()
	s.last = now
	rates := s.open(pods, now)
	s.answer(services, pods, rates, seconds)
	for _, own := range s.accounts {
		for n, rate := range rates[key(own.pod)] {
			own.seconds[n] += rate * seconds
			s.nodes[own.pod.Spec.NodeName] += rate * seconds
		}
	}
}

// open makes accounts for new pods and closes those of pods that are gone; the processors that each pod uses idle.
func (s *simulation) open(pods []*corev1.Pod, now time.Time) map[string][]float64 {
	rates := map[string][]float64{}
	here := map[string]bool{}
	for _, pod := range pods {
		id := string(pod.UID)
		here[id] = true
		own := s.accounts[id]
		if own == nil {
			own = &account{since: now, seconds: make([]float64, len(pod.Spec.Containers))}
			s.accounts[id] = own
		}
		own.pod, own.needs = pod, needs(pod)
		idle := make([]float64, len(own.needs))
		for n := range own.needs {
			idle[n] = own.needs[n].idle
		}
		rates[key(pod)] = idle
	}
	for id := range s.accounts {
		if !here[id] {
			delete(s.accounts, id)
		}
	}
	return rates
}

func (s *simulation) answer(services []*corev1.Service, pods []*corev1.Pod, rates map[string][]float64, seconds float64) {
	here := map[string]bool{}
	for _, service := range services {
		name := key(service)
		here[name] = true
		own := s.traffic[name]
		if id := string(service.UID) + service.Annotations[runKey]; own == nil || own.id != id {
			own = &traffic{namespace: service.Namespace, name: service.Name, id: id}
			s.traffic[name] = own
		}
		own.offered, own.served, own.pods = spread(service, pods, rates)
		own.allServed += own.served * seconds
		own.allLost += (own.offered - own.served) * seconds
	}
	for name := range s.traffic {
		if !here[name] {
			delete(s.traffic, name)
		}
	}
}
