package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
)

// Reduced Lennard-Jones units: a particle's mass, size and well depth are 1.
const (
	spacing  = 1.0772173450159418 // of the first grid: a density of 0.8 (written out: a cube root may differ by machine)
	timeStep = 0.004
)

type vector [3]float64

// system is a cube with periodic walls, full of particles. All sums run in one fixed order, and each product is
// rounded by an explicit float64() before it is added: otherwise a compiler may fuse the two (it does on arm64), and
// the last digits, hence the checksum, would depend on the machine.
type system struct {
	side                      float64
	position, velocity, force []vector
	potential                 float64
}

// newSystem puts side³ particles on a grid, with small random velocities that add up to zero.
func newSystem(side int, seed uint64) *system {
	count := side * side * side
	s := &system{
		side:     float64(side) * spacing,
		position: make([]vector, count), velocity: make([]vector, count), force: make([]vector, count),
	}
	random := generator(seed)
	var drift vector
	for i := range count {
		cell := [3]int{i % side, i / side % side, i / side / side}
		for k := range 3 {
			s.position[i][k] = float64(spacing * (float64(cell[k]) + 0.5))
			s.velocity[i][k] = float64(2*random()) - 1
			drift[k] += s.velocity[i][k]
		}
	}
	for i := range count {
		for k := range 3 {
			s.velocity[i][k] -= drift[k] / float64(count)
		}
	}
	s.forces()
	return s
}

// generator is splitmix64; each call gives a number in [0, 1).
func generator(seed uint64) func() float64 {
	return func() float64 {
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return float64((z^z>>31)>>11) / (1 << 53)
	}
}

// step moves the system by one time step (velocity Verlet).
func (s *system) step() {
	half := 0.5 * timeStep
	for i := range s.position {
		for k := range 3 {
			s.velocity[i][k] += float64(half * s.force[i][k])
			s.position[i][k] += float64(timeStep * s.velocity[i][k])
			s.position[i][k] -= float64(s.side * math.Floor(s.position[i][k]/s.side))
		}
	}
	s.forces()
	for i := range s.velocity {
		for k := range 3 {
			s.velocity[i][k] += float64(half * s.force[i][k])
		}
	}
}

// forces computes forces and potential energy of all pairs, each with the nearest image of the other. The potential is
// shifted and cut at half the box, so that a pair that crosses the cut adds no jump to the energy.
func (s *system) forces() {
	clear(s.force)
	s.potential = 0
	cut := float64(s.side*s.side) / 4
	cut6 := 1 / float64(float64(cut*cut)*cut)
	shift := float64(4 * float64(cut6*(cut6-1)))
	for i := range s.position {
		for j := i + 1; j < len(s.position); j++ {
			var apart vector
			square := 0.0
			for k := range 3 {
				d := s.position[i][k] - s.position[j][k]
				d -= float64(s.side * math.Round(d/s.side))
				apart[k] = d
				square += float64(d * d)
			}
			if square >= cut {
				continue
			}
			inverse := 1 / square
			sixth := float64(float64(inverse*inverse) * inverse)
			s.potential += float64(4*float64(sixth*(sixth-1))) - shift
			push := float64(float64(24*inverse) * float64(sixth*(float64(2*sixth)-1)))
			for k := range 3 {
				pull := float64(push * apart[k])
				s.force[i][k] += pull
				s.force[j][k] -= pull
			}
		}
	}
}

func (s *system) kinetic() float64 {
	sum := 0.0
	for _, v := range s.velocity {
		for k := range 3 {
			sum += float64(v[k] * v[k])
		}
	}
	return sum / 2
}

// checksum is the SHA-256 of all positions, then all velocities, as little-endian IEEE 754 doubles.
func (s *system) checksum() string {
	hash := sha256.New()
	for _, vectors := range [][]vector{s.position, s.velocity} {
		for _, v := range vectors {
			for k := range 3 {
				var word [8]byte
				binary.LittleEndian.PutUint64(word[:], math.Float64bits(v[k]))
				hash.Write(word[:])
			}
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}
