package main

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// loadKey is the annotation of a Service that states how many requests a second are sent to it. As a Service does, the
// simulation spreads them evenly over the ready pods behind its selector. What a pod cannot answer within its CPU limit
// is lost, and so is all of it while no pod is ready: no request waits.
// Another value of runKey begins the counts anew.
const (
	loadKey = "labcluster.dev/load"
	runKey  = "labcluster.dev/load-run"
)

// traffic is what becomes of a Service's load: requests a second now, and requests since the load was first stated.
type traffic struct {
	offered, served     float64
	allServed, allLost  float64
	pods                int
	namespace, name, id string // id: of the Service and of its run
}

// spread shares the load of one Service, and adds to `rates` (processors by pod and container) what answering takes.
func spread(service *corev1.Service, pods []*corev1.Pod, rates map[string][]float64) (offered, served float64, ends int) {
	offered = quantity(service.Annotations, loadKey, 0)
	selector := labels.SelectorFromSet(service.Spec.Selector)
	var behind []*corev1.Pod
	for _, pod := range pods {
		if pod.Namespace == service.Namespace && selector.Matches(labels.Set(pod.Labels)) && ready(pod) {
			behind = append(behind, pod)
		}
	}
	for _, pod := range behind {
		first := needs(pod)[0]
		answered := math.Max(0, math.Min(offered/float64(len(behind)), first.room()))
		served += answered
		if own := rates[key(pod)]; len(own) > 0 {
			own[0] = math.Min(own[0]+answered*first.cost, first.most)
		}
	}
	return offered, served, len(behind)
}
