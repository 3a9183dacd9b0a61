package main

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// What a pod declares of itself, as annotations. They are about its first container; every other container, and the
// first one where nothing is declared, uses what it requests.
const (
	idleKey    = "labcluster.dev/cpu-usage"       // processors that it uses without any request: 20m
	costKey    = "labcluster.dev/cpu-per-request" // processor time of one request: 5m is 5 milliseconds
	memoryKey  = "labcluster.dev/memory-usage"    // 200Mi
	leastBytes = 16 << 20                         // of a container that requests no memory
	leastCPU   = 0.001                            // metrics-server takes a container that never used any for broken
)

// need is what a container of a pod uses: processors while idle, processor time of each request, the processors that
// its limit gives it, and bytes.
type need struct {
	idle, cost, most, bytes float64
}

func needs(pod *corev1.Pod) []need {
	found := make([]need, len(pod.Spec.Containers))
	for n, container := range pod.Spec.Containers {
		asked, limits := container.Resources.Requests, container.Resources.Limits
		found[n] = need{
			idle:  amount(asked, corev1.ResourceCPU, leastCPU),
			most:  amount(limits, corev1.ResourceCPU, math.Inf(1)),
			bytes: amount(asked, corev1.ResourceMemory, leastBytes),
		}
		if n == 0 {
			found[n] = declared(pod.Annotations, found[n])
		}
		found[n].idle = math.Min(math.Max(found[n].idle, leastCPU), found[n].most)
		found[n].bytes = math.Min(found[n].bytes, amount(limits, corev1.ResourceMemory, math.Inf(1)))
	}
	return found
}

// declared is the need with what the annotations say in its place. A pod that states a cost answers requests, and is
// idle without them.
func declared(annotations map[string]string, plain need) need {
	plain.cost = quantity(annotations, costKey, 0)
	if plain.cost > 0 {
		plain.idle = leastCPU
	}
	plain.idle = quantity(annotations, idleKey, plain.idle)
	plain.bytes = quantity(annotations, memoryKey, plain.bytes)
	return plain
}

// room is how many requests a second the container can answer.
func (n need) room() float64 {
	if n.cost <= 0 {
		return math.Inf(1)
	}
	return (n.most - n.idle) / n.cost
}

func amount(list corev1.ResourceList, name corev1.ResourceName, otherwise float64) float64 {
	if found, stated := list[name]; stated {
		return found.AsApproximateFloat64()
	}
	return otherwise
}

// quantity reads an annotation; what is no quantity, or less than nothing, counts as not said.
func quantity(annotations map[string]string, name string, otherwise float64) float64 {
	if text, stated := annotations[name]; stated {
		if found, err := resource.ParseQuantity(text); err == nil && found.Sign() >= 0 {
			return found.AsApproximateFloat64()
		}
	}
	return otherwise
}

func ready(pod *corev1.Pod) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.Status == corev1.ConditionTrue && pod.DeletionTimestamp == nil
		}
	}
	return false
}
