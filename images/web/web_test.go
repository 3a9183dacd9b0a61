package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func get(t *testing.T, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(method, path, nil))
	return recorder
}

func environment(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

// The answer and its headers name the Pod, the version and the node.
func TestAnswerSaysWhoAnswered(t *testing.T) {
	s, err := fromEnvironment(environment(map[string]string{"POD_NAME": "web-7", "NODE_NAME": "n1"}))
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, handler(s, newState(s, time.Now())), "GET", "/")
	if got.Code != 200 || !strings.HasPrefix(got.Body.String(), "pod=web-7 version=dev node=n1 ") {
		t.Fatal(got.Code, got.Body)
	}
	if got.Header().Get("X-Pod") != "web-7" || got.Header().Get("X-Version") != "dev" {
		t.Fatal(got.Header())
	}
}

// A switch changes one probe and not the other, and a word that is no switch is refused.
func TestSwitches(t *testing.T) {
	s := settings{ready: true, live: true}
	h := handler(s, newState(s, time.Now()))
	if code := get(t, h, "POST", "/switch?ready=off").Code; code != 200 {
		t.Fatal(code)
	}
	if get(t, h, "GET", "/readyz").Code != 503 || get(t, h, "GET", "/healthz").Code != 200 {
		t.Fatal("ready=off must turn readiness off and leave liveness on")
	}
	if get(t, h, "GET", "/").Code != 200 {
		t.Fatal("a server that is not ready still answers whoever asks")
	}
	for _, wrong := range []string{"/switch", "/switch?ready=maybe", "/switch?speed=on"} {
		if code := get(t, h, "POST", wrong).Code; code != 503 {
			t.Fatal(wrong, code)
		}
	}
}

// While it warms up the server is alive but not ready, and its work fails with 503.
func TestWarmup(t *testing.T) {
	s := settings{ready: true, live: true, warmup: time.Hour}
	h := handler(s, newState(s, time.Now()))
	if get(t, h, "GET", "/").Code != 503 || get(t, h, "GET", "/readyz").Code != 503 || get(t, h, "GET", "/healthz").Code != 200 {
		t.Fatal("cold: / and /readyz must be 503, /healthz 200")
	}
	warm := handler(s, newState(s, time.Now().Add(-2*time.Hour)))
	if get(t, warm, "GET", "/").Code != 200 || get(t, warm, "GET", "/readyz").Code != 200 {
		t.Fatal("warm: both must be 200")
	}
}

// A setting that is no duration stops the program with a sentence instead of being ignored.
func TestWrongSetting(t *testing.T) {
	if _, err := fromEnvironment(environment(map[string]string{"WARMUP": "soon"})); err == nil {
		t.Fatal("WARMUP=soon was accepted")
	}
	if err := arguments([]string{"--warmup=1s", "go"}, &settings{}); err == nil {
		t.Fatal("an unknown argument was accepted")
	}
}

// An argument wins over the environment.
func TestArguments(t *testing.T) {
	s := settings{warmup: time.Second, drain: time.Second}
	if err := arguments([]string{"--warmup", "4s"}, &s); err != nil || s.warmup != 4*time.Second || s.drain != time.Second {
		t.Fatal(err, s)
	}
}

// Told to stop, the server still answers while it drains, says that it is not ready, and then ends by itself.
func TestDrains(t *testing.T) {
	stop, cancel := context.WithCancel(context.Background())
	s := settings{port: "18097", pod: "p", ready: true, live: true, drain: time.Second}
	ended := make(chan error, 1)
	go func() { ended <- serve(stop, s) }()
	status := func(path string) int {
		answer, err := http.Get("http://127.0.0.1:18097" + path)
		if err != nil {
			return 0
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	for deadline := time.Now().Add(5 * time.Second); status("/readyz") != 200; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never ready")
		}
	}
	cancel()
	for deadline := time.Now().Add(900 * time.Millisecond); status("/readyz") != 503; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("still ready after the signal")
		}
	}
	if code := status("/"); code != 200 {
		t.Fatal("does not answer while draining:", code)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
