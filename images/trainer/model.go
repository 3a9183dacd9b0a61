package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
)

// data are samples with labels 0 or 1, from a hidden linear rule with 5 % of wrong labels.
type data struct {
	x [][]float64
	y []float64
}

// synthetic makes the same data for the same seed; every rank makes all of them and takes its part.
func synthetic(seed uint64, samples, features int) data {
	random := rand.New(rand.NewPCG(seed, 0))
	rule := make([]float64, features)
	for k := range rule {
		rule[k] = random.NormFloat64()
	}
	d := data{}
	for range samples {
		x := make([]float64, features)
		score := 0.0
		for k := range x {
			x[k] = random.NormFloat64()
			score += float64(rule[k] * x[k])
		}
		label := 0.0
		if (score > 0) != (random.Float64() < 0.05) {
			label = 1
		}
		d.x, d.y = append(d.x, x), append(d.y, label)
	}
	return d
}

// part is the share of one rank: every world-th sample.
func (d data) part(rank, world int) data {
	share := data{}
	for i := rank; i < len(d.x); i += world {
		share.x, share.y = append(share.x, d.x[i]), append(share.y, d.y[i])
	}
	return share
}

// model is what is learnt, and how far.
type model struct {
	Seed     uint64    `json:"seed"`
	Epoch    int       `json:"epoch"`
	World    int       `json:"world"`
	Loss     float64   `json:"loss"`
	Accuracy float64   `json:"accuracy"`
	Weights  []float64 `json:"weights"` // the last one is the bias
}

// sums adds up over the samples: the gradient, then loss, right answers, and number of samples.
func (m model) sums(d data) []float64 {
	features := len(m.Weights) - 1
	out := make([]float64, features+4)
	for i, x := range d.x {
		score := m.Weights[features]
		for k, value := range x {
			score += float64(m.Weights[k] * value)
		}
		guess := 1 / (1 + math.Exp(-score))
		miss := guess - d.y[i]
		for k, value := range x {
			out[k] += float64(miss * value)
		}
		out[features] += miss
		out[features+1] -= math.Log(math.Max(1e-12, 1-math.Abs(miss)))
		if math.Abs(miss) < 0.5 {
			out[features+2]++
		}
	}
	out[features+3] = float64(len(d.x))
	return out
}

// learn takes one step of gradient descent from the sums of all ranks.
func (m *model) learn(sums []float64, rate float64) {
	features := len(m.Weights) - 1
	count := sums[features+3]
	for k := range m.Weights {
		m.Weights[k] -= float64(rate * (sums[k] / count))
	}
	m.Loss, m.Accuracy = sums[features+1]/count, sums[features+2]/count
	m.Epoch++
}

// save replaces the file whole, so that a crash leaves the old checkpoint or the new one.
func (m model) save(path string) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// resume reads a checkpoint; without one the model is new.
func resume(path string, seed uint64, features int) (model, error) {
	fresh := model{Seed: seed, Weights: make([]float64, features+1)}
	if path == "" {
		return fresh, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return fresh, err
	}
	var saved model
	if err := json.Unmarshal(text, &saved); err != nil {
		return fresh, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	if saved.Seed != seed || len(saved.Weights) != features+1 {
		return fresh, fmt.Errorf("checkpoint %s is of another run (seed %d, %d features)", path, saved.Seed, len(saved.Weights)-1)
	}
	return saved, nil
}
