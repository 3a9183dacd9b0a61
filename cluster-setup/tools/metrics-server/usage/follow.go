package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// simulatedNodes is the label of nodes on which nothing runs.
const simulatedNodes = "labcluster.dev/simulated=true"

// cluster is what there is now, kept up to date by watches.
type cluster struct {
	nodes    listers.NodeLister
	pods     listers.PodLister
	services listers.ServiceLister
}

// follow begins the watches and waits until each has the whole picture.
func follow(stop context.Context, client kubernetes.Interface) (cluster, error) {
	all := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(lean))
	simulated := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(lean),
		informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = simulatedNodes }))
	found := cluster{
		nodes:    simulated.Core().V1().Nodes().Lister(),
		pods:     all.Core().V1().Pods().Lister(),
		services: all.Core().V1().Services().Lister(),
	}
	patience, cancel := context.WithTimeout(stop, 30*time.Second)
	defer cancel()
	for _, factory := range []informers.SharedInformerFactory{simulated, all} {
		factory.Start(stop.Done())
		for kind, synced := range factory.WaitForCacheSync(patience.Done()) {
			if !synced {
				return found, fmt.Errorf("the API server did not list %v within 30 s", kind)
			}
		}
	}
	return found, nil
}

// lean drops what is large and never read.
func lean(object any) (any, error) {
	if known, ok := object.(metav1.Object); ok {
		known.SetManagedFields(nil)
	}
	return object, nil
}

// running lists the pods that run on simulated nodes.
func (c cluster) running() []*corev1.Pod {
	simulated := map[string]bool{}
	nodes, _ := c.nodes.List(labels.Everything()) // a lister reads its own memory: it has no other error than none
	for _, node := range nodes {
		simulated[node.Name] = true
	}
	pods, _ := c.pods.List(labels.Everything())
	found := pods[:0:0]
	for _, pod := range pods {
		if pod.Status.Phase == corev1.PodRunning && simulated[pod.Spec.NodeName] {
			found = append(found, pod)
		}
	}
	return found
}

// loaded lists the Services that state a load.
func (c cluster) loaded() []*corev1.Service {
	services, _ := c.services.List(labels.Everything())
	found := services[:0:0]
	for _, service := range services {
		if _, stated := service.Annotations[loadKey]; stated && len(service.Spec.Selector) > 0 {
			found = append(found, service)
		}
	}
	return found
}

// key is the name of a pod or a Service, with its namespace.
func key(object metav1.Object) string {
	name, _ := cache.MetaNamespaceKeyFunc(object)
	return name
}
