package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
)

// world is a node n1 with these objects, and a clock that the test moves.
func world(t *testing.T, objects ...runtime.Object) (*simulation, *time.Time) {
	t.Helper()
	indexer := func() cache.Indexer {
		return cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	}
	nodes, pods, services := indexer(), indexer(), indexer()
	objects = append(objects, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}})
	for _, object := range objects {
		into := pods
		switch object.(type) {
		case *corev1.Node:
			into = nodes
		case *corev1.Service:
			into = services
		}
		if err := into.Add(object); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Unix(1000, 0)
	site := newSimulation(cluster{listers.NewNodeLister(nodes), listers.NewPodLister(pods),
		listers.NewServiceLister(services)}, func() time.Time { return now })
	site.advance()
	return site, &now
}

func pod(name string, ready bool, annotations map[string]string) *corev1.Pod {
	status := corev1.ConditionFalse
	if ready {
		status = corev1.ConditionTrue
	}
	amounts := func(cpu string) corev1.ResourceList {
		return corev1.ResourceList{"cpu": resource.MustParse(cpu), "memory": resource.MustParse("64Mi")}
	}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "a", UID: types.UID(name),
			Labels: map[string]string{"app": "web"}, Annotations: annotations},
		Spec: corev1.PodSpec{NodeName: "n1", Containers: []corev1.Container{{Name: "main",
			Resources: corev1.ResourceRequirements{Requests: amounts("200m"), Limits: amounts("400m")}}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning,
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status}}},
	}
}

func loaded(load string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "a", UID: "s", Annotations: map[string]string{loadKey: load}},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "web"}},
	}
}

var costs = map[string]string{costKey: "5m"}

func after(site *simulation, now *time.Time, seconds int) {
	*now = now.Add(time.Duration(seconds) * time.Second)
	site.advance()
}

func near(t *testing.T, what string, found, wanted float64) {
	t.Helper()
	if found < wanted-0.02 || found > wanted+0.02 {
		t.Errorf("%s: %g, not %g", what, found, wanted)
	}
}

// A load is shared evenly by the pods that are ready; one that is not answers nothing and is idle.
func TestReadyPodsShareTheLoad(t *testing.T) {
	site, now := world(t, loaded("40"), pod("one", true, costs), pod("two", true, costs), pod("cold", false, costs))
	after(site, now, 10)
	near(t, "one", site.accounts["one"].seconds[0], 1.01)
	near(t, "two", site.accounts["two"].seconds[0], 1.01)
	near(t, "cold", site.accounts["cold"].seconds[0], 0.01)
	if got := site.traffic["a/web"]; got.allLost > 0.001 || got.pods != 2 {
		t.Errorf("of %v nothing should be lost", got)
	}
}

// A limit is a limit: what does not fit into it is lost, and the pod uses its limit and no more.
func TestWhatExceedsTheLimitIsLost(t *testing.T) {
	site, now := world(t, loaded("100"), pod("one", true, costs))
	after(site, now, 10)
	near(t, "one", site.accounts["one"].seconds[0], 4)
	near(t, "lost", site.traffic["a/web"].allLost/10, 100-0.399/0.005)
}

// Where no pod is ready, every request is lost.
func TestWithoutAReadyPodAllIsLost(t *testing.T) {
	site, now := world(t, loaded("30"), pod("cold", false, costs))
	after(site, now, 2)
	near(t, "lost", site.traffic["a/web"].allLost, 60)
}

// A pod that declares nothing uses what it requests; one that declares its use uses that.
func TestUseFollowsWhatIsDeclared(t *testing.T) {
	site, now := world(t, pod("plain", true, nil), pod("own", true, map[string]string{idleKey: "50m"}),
		pod("broken", true, map[string]string{idleKey: "plenty"}))
	after(site, now, 10)
	near(t, "plain", site.accounts["plain"].seconds[0], 2)
	near(t, "own", site.accounts["own"].seconds[0], 0.5)
	near(t, "broken", site.accounts["broken"].seconds[0], 2)
}

// The page says that it is simulated, holds each container and the node, and is shown to nobody without the token.
func TestThePageIsForOneClient(t *testing.T) {
	site, now := world(t, pod("plain", true, nil))
	after(site, now, 1)
	ask := func(token string) *httptest.ResponseRecorder {
		asked := httptest.NewRequest(http.MethodGet, "/nodes/n1/metrics/resource", nil)
		asked.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		handler(site, "secret").ServeHTTP(answer, asked)
		return answer
	}
	if got := ask("guessed"); got.Code != http.StatusUnauthorized || strings.Contains(got.Body.String(), "plain") {
		t.Errorf("a stranger was told %d %s", got.Code, got.Body)
	}
	page := ask("secret").Body.String()
	for _, part := range []string{"Simulated", `{container="main",namespace="a",pod="plain"}`, "node_cpu_usage_seconds_total"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is not on the page:\n%s", part, page)
		}
	}
}

// Another value of the run's annotation begins the counts anew.
func TestANewRunBeginsAnew(t *testing.T) {
	service := loaded("100")
	site, now := world(t, service, pod("one", true, costs))
	after(site, now, 10)
	service.Annotations[runKey] = "second"
	after(site, now, 1)
	near(t, "lost", site.traffic["a/web"].allLost, 100-0.399/0.005)
}
