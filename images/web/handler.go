package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// settings are what the environment says.
type settings struct {
	port, pod, node string
	ready, live     bool
	startDelay      time.Duration // before the port opens
	warmup          time.Duration // port open, alive, but not ready: 503
	drain           time.Duration // still answering after SIGTERM
}

func fromEnvironment(get func(string) string) (settings, error) {
	host, _ := os.Hostname()
	s := settings{
		port:  either(get("PORT"), "8080"),
		pod:   either(get("POD_NAME"), host),
		node:  either(get("NODE_NAME"), "unknown"),
		ready: get("READY") != "false",
		live:  get("LIVE") != "false",
	}
	for _, d := range []struct {
		name, standard string
		value          *time.Duration
	}{{"START_DELAY", "0s", &s.startDelay}, {"WARMUP", "0s", &s.warmup}, {"DRAIN", "5s", &s.drain}} {
		wait, err := time.ParseDuration(either(get(d.name), d.standard))
		if err != nil || wait < 0 {
			return s, fmt.Errorf("%s=%q is not a duration such as 20s", d.name, get(d.name))
		}
		*d.value = wait
	}
	return s, nil
}

// arguments may say what the environment says, and win over it.
func arguments(args []string, s *settings) error {
	flags := flag.NewFlagSet("web", flag.ContinueOnError)
	flags.DurationVar(&s.startDelay, "start-delay", s.startDelay, "time before the port opens")
	flags.DurationVar(&s.warmup, "warmup", s.warmup, "time during which it is alive, but not ready")
	flags.DurationVar(&s.drain, "drain", s.drain, "time during which it still answers after SIGTERM")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unknown argument %q; there is also: switch ready=on|off live=on|off", flags.Arg(0))
	}
	return nil
}

func either(value, standard string) string {
	if value == "" {
		return standard
	}
	return value
}

// state is what can be switched while the server runs.
type state struct {
	mutex                sync.Mutex
	ready, live, leaving bool
	warm                 time.Time
}

func newState(s settings, now time.Time) *state {
	return &state{ready: s.ready, live: s.live, warm: now.Add(s.warmup)}
}

func (s *state) leave() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.leaving = true
}

// now says whether the server is warm, ready and alive.
func (s *state) now() (warm, ready, live bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	warm = !time.Now().Before(s.warm)
	return warm, warm && s.ready && !s.leaving, s.live
}

// set changes a switch; false says that there is no such switch or position.
func (s *state) set(name, position string) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	target := map[string]*bool{"ready": &s.ready, "live": &s.live}[name]
	if target == nil || (position != "on" && position != "off") {
		return false
	}
	*target = position == "on"
	return true
}

func handler(s settings, st *state) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if warm, _, _ := st.now(); !warm {
			answer(w, http.StatusServiceUnavailable, "warming up")
			return
		}
		client, _, _ := net.SplitHostPort(r.RemoteAddr)
		answer(w, http.StatusOK, fmt.Sprintf("pod=%s version=%s node=%s client=%s", s.pod, version, s.node, client))
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _, live := st.now()
		verdict(w, live, "alive", "sick")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		_, ready, _ := st.now()
		verdict(w, ready, "ready", "not ready")
	})
	mux.HandleFunc("POST /switch", func(w http.ResponseWriter, r *http.Request) {
		done := len(r.URL.Query()) > 0
		for name, positions := range r.URL.Query() {
			done = st.set(name, positions[0]) && done
		}
		verdict(w, done, "switched", "use ready=on|off or live=on|off")
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Pod", s.pod)
		w.Header().Set("X-Version", version)
		mux.ServeHTTP(w, r)
	})
}

func verdict(w http.ResponseWriter, good bool, yes, no string) {
	if good {
		answer(w, http.StatusOK, yes)
	} else {
		answer(w, http.StatusServiceUnavailable, no)
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}
