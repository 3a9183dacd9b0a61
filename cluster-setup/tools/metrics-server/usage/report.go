package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// Conditions of a Service in which the simulation says what became of its load: in its status, where nobody but the
// simulation writes. The first one is a sentence; the messages of the others are numbers, of requests since it began.
const (
	loadCondition   = "labcluster.dev/Load"
	servedCondition = "labcluster.dev/Served"
	lostCondition   = "labcluster.dev/Lost"
)

// report writes the condition of each loaded Service, once a second where it has changed.
func report(stop context.Context, client kubernetes.Interface, site *simulation) {
	said := map[string]string{}
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		for name, own := range site.told() {
			text := own.text()
			if said[name] == own.id+text {
				continue
			}
			if err := say(stop, client, own, text); err != nil {
				log.Printf("%s: %v", name, err)
				continue
			}
			said[name] = own.id + text
		}
		select {
		case <-ticker.C:
		case <-stop.Done():
			return
		}
	}
}

// told is a copy of what became of each load so far.
func (s *simulation) told() map[string]traffic {
	s.lock.Lock()
	defer s.lock.Unlock()
	found := make(map[string]traffic, len(s.traffic))
	for name, own := range s.traffic {
		found[name] = *own
	}
	return found
}

func (t traffic) text() string {
	return fmt.Sprintf("simulated: offered %.0f/s, served %.0f/s by %d ready pods; since the load began: served %.0f, lost %.0f",
		t.offered, t.served, t.pods, math.Floor(t.allServed), math.Floor(t.allLost))
}

func say(stop context.Context, client kubernetes.Interface, own traffic, text string) error {
	status, reason := metav1.ConditionTrue, "AllServed"
	if own.offered-own.served > 0.5 {
		status, reason = metav1.ConditionFalse, "RequestsLost"
	}
	now := metav1.NewTime(time.Now())
	condition := func(kind, message string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message, LastTransitionTime: now}
	}
	body, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": []metav1.Condition{
		condition(loadCondition, text),
		condition(servedCondition, fmt.Sprint(int64(own.allServed))),
		condition(lostCondition, fmt.Sprint(int64(own.allLost))),
	}}})
	if err != nil {
		return err
	}
	services := client.CoreV1().Services(own.namespace)
	_, err = services.Patch(stop, own.name, types.StrategicMergePatchType, body, metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
