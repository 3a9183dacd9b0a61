// Command usage says what simulated pods use, in the form in which a kubelet would: GET /nodes/NAME/metrics/resource.
//
// Nothing is measured: the figures follow from what pods and Services declare (see pods.go and load.go). It listens on
// loopback, speaks TLS, and where a client's token is given it answers nobody else.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "usage:", err)
		os.Exit(1)
	}
}

func run() error {
	port := flag.Int("port", 0, "port on loopback")
	kubeconfig := flag.String("kubeconfig", "", "credential for the API server (without: that of the pod)")
	certificate := flag.String("tls-cert-file", "", "certificate (without: one made now)")
	key := flag.String("tls-private-key-file", "", "its key")
	tokenFile := flag.String("client-token-file", "", "file with the only token that is answered (without: everybody)")
	flag.Parse()

	config, err := credential(*kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	pair, err := keyPair(*certificate, *key)
	if err != nil {
		return err
	}
	token := ""
	if *tokenFile != "" {
		content, err := os.ReadFile(*tokenFile)
		if err != nil {
			return err
		}
		token = strings.TrimSpace(string(content))
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	seen, err := follow(stop, client)
	if err != nil {
		return err
	}
	site := newSimulation(seen, time.Now)
	go site.run(stop)
	go report(stop, client, site)
	return serve(stop, *port, pair, handler(site, token))
}

// credential is that of a kubeconfig, else that of the pod.
func credential(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

// serve answers on loopback until it is told to stop.
func serve(stop context.Context, port int, pair tls.Certificate, answer http.Handler) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           answer,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		<-stop.Done()
		_ = server.Close()
	}()
	log.Printf("answering on %s", listener.Addr())
	if err := server.ServeTLS(listener, "", ""); err != http.ErrServerClosed {
		return err
	}
	return nil
}
