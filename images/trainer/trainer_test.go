package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func alone(string) string { return "" }

func trained(t *testing.T, args ...string) (string, model) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "model.json")
	var out bytes.Buffer
	if err := run(context.Background(), append(args, "--out", path), alone, &out); err != nil {
		t.Fatal(err)
	}
	return out.String(), read(t, path)
}

func read(t *testing.T, path string) model {
	t.Helper()
	var m model
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// It learns (the loss falls, nearly all labels are right), prints each epoch, and does the same every time.
func TestLearns(t *testing.T) {
	first, m := trained(t, "--epochs", "30")
	if again, _ := trained(t, "--epochs", "30"); again != first {
		t.Fatal("two runs differ")
	}
	if strings.Count(first, "epoch=") != 31 || !strings.Contains(first, "epoch=1 loss=0.693147 ") {
		t.Fatal(first)
	}
	if m.Loss > 0.4 || m.Accuracy < 0.9 || m.Epoch != 30 {
		t.Fatalf("%+v", m)
	}
}

// Three ranks learn what one learns, up to rounding, and all print the same loss.
func TestDataParallel(t *testing.T) {
	_, single := trained(t, "--epochs", "10")
	path := filepath.Join(t.TempDir(), "model.json")
	texts := make([]bytes.Buffer, 3)
	ended := make(chan error, 3)
	for rank := range 3 {
		values := map[string]string{
			"RANK": fmt.Sprint(rank), "WORLD_SIZE": "3", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29517",
		}
		go func() {
			args := []string{"--epochs", "10", "--out", path, "--wait", "10s"}
			ended <- run(context.Background(), args, func(name string) string { return values[name] }, &texts[rank])
		}()
	}
	for range 3 {
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	m := read(t, path)
	if m.World != 3 || math.Abs(m.Loss-single.Loss) > 1e-9 || math.Abs(m.Weights[0]-single.Weights[0]) > 1e-9 {
		t.Fatalf("%+v is not %+v", m, single)
	}
	last := func(rank int) string { return texts[rank].String()[strings.LastIndex(texts[rank].String(), "epoch="):] }
	if strings.TrimSuffix(last(1), " rank=1\n") != strings.TrimSuffix(last(0), " rank=0\n") {
		t.Fatal(last(0), last(1))
	}
}

// Interrupted after a few epochs and started again, it goes on from its checkpoint and ends exactly where it would have.
func TestResumes(t *testing.T) {
	_, whole := trained(t, "--epochs", "10")
	checkpoint := filepath.Join(t.TempDir(), "state.json")
	trained(t, "--epochs", "4", "--checkpoint", checkpoint)
	text, resumed := trained(t, "--epochs", "10", "--checkpoint", checkpoint)
	if !strings.Contains(text, "from epoch=4\n") || strings.Contains(text, "epoch=4 loss") {
		t.Fatal(text)
	}
	if fmt.Sprint(resumed) != fmt.Sprint(whole) {
		t.Fatalf("%+v is not %+v", resumed, whole)
	}
	if err := run(context.Background(), []string{"--seed", "2", "--checkpoint", checkpoint}, alone, &bytes.Buffer{}); err == nil {
		t.Fatal("a checkpoint of another seed was accepted")
	}
}

// Ranks that do not come, or make no sense, end in an error with a sentence.
func TestTrouble(t *testing.T) {
	for _, values := range []map[string]string{
		{"RANK": "2", "WORLD_SIZE": "2"},
		{"RANK": "1", "WORLD_SIZE": "2"},
		{"RANK": "x"},
		{"RANK": "0", "WORLD_SIZE": "2", "MASTER_PORT": "29518"},
		{"RANK": "1", "WORLD_SIZE": "2", "MASTER_PORT": "29519", "MASTER_ADDR": "127.0.0.1"},
	} {
		if err := run(context.Background(), []string{"--wait", "300ms"}, func(n string) string { return values[n] }, &bytes.Buffer{}); err == nil {
			t.Fatal(values, "was accepted")
		}
	}
}

// Where torchrun's own names are missing, those by which Kubeflow Trainer tells it of nodes are read; the own ones prevail.
func TestNamesOfNodes(t *testing.T) {
	values := map[string]string{
		"PET_NODE_RANK": "2", "PET_NNODES": "3", "PET_MASTER_ADDR": "fit-node-0-0.fit", "PET_MASTER_PORT": "29400",
	}
	o, err := parse(nil, func(name string) string { return values[name] })
	if err != nil || o.rank != 2 || o.world != 3 || o.address != "fit-node-0-0.fit" || o.port != "29400" {
		t.Fatalf("%+v %v", o, err)
	}
	values["RANK"], values["WORLD_SIZE"] = "0", "1"
	if o, err = parse(nil, func(name string) string { return values[name] }); err != nil || o.rank != 0 || o.world != 1 {
		t.Fatalf("%+v %v", o, err)
	}
}
