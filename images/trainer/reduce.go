package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"
)

// group adds vectors of all ranks: each sends its own to rank 0, which adds them in the order of ranks (so that the
// rounding is the same on every run) and sends the sum back. A rank alone needs no network.
type group struct {
	rank, world int
	peers       []net.Conn // of rank 0: by rank - 1; of the others: the one to rank 0
}

// join connects the ranks; it waits for those that start later, until the deadline of stop.
func join(stop context.Context, rank, world int, address, port string) (*group, error) {
	g := &group{rank: rank, world: world}
	if world == 1 {
		return g, nil
	}
	if rank == 0 {
		return g, g.accept(stop, port)
	}
	dialer := net.Dialer{Timeout: 2 * time.Second}
	for {
		peer, err := dialer.DialContext(stop, "tcp", net.JoinHostPort(address, port))
		if err == nil {
			g.peers = []net.Conn{peer}
			return g, binary.Write(peer, binary.LittleEndian, uint32(rank))
		}
		select { // rank 0 may not be there yet, nor its name in the DNS
		case <-stop.Done():
			return nil, fmt.Errorf("rank 0 at %s:%s was not there in time: %w", address, port, err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (g *group) accept(stop context.Context, port string) error {
	listener, err := (&net.ListenConfig{}).Listen(stop, "tcp", ":"+port)
	if err != nil {
		return err
	}
	defer listener.Close()
	defer context.AfterFunc(stop, func() { listener.Close() })()
	g.peers = make([]net.Conn, g.world-1)
	for joined := 0; joined < g.world-1; joined++ {
		peer, err := listener.Accept()
		if err != nil {
			return fmt.Errorf("%d of %d ranks joined in time", joined+1, g.world)
		}
		var rank uint32
		if err := binary.Read(peer, binary.LittleEndian, &rank); err != nil {
			return err
		}
		if rank < 1 || int(rank) >= g.world || g.peers[rank-1] != nil {
			return fmt.Errorf("rank %d of %d came twice or is impossible", rank, g.world)
		}
		g.peers[rank-1] = peer
	}
	return nil
}

// allReduce replaces each element by its sum over all ranks.
func (g *group) allReduce(values []float64) error {
	if g.rank > 0 {
		if err := binary.Write(g.peers[0], binary.LittleEndian, values); err != nil {
			return fmt.Errorf("rank 0 is gone: %w", err)
		}
		if err := binary.Read(g.peers[0], binary.LittleEndian, values); err != nil {
			return fmt.Errorf("rank 0 is gone: %w", err)
		}
		return nil
	}
	part := make([]float64, len(values))
	for i, peer := range g.peers {
		if err := binary.Read(peer, binary.LittleEndian, part); err != nil {
			return fmt.Errorf("rank %d is gone: %w", i+1, err)
		}
		for k := range values {
			values[k] += part[k]
		}
	}
	for i, peer := range g.peers {
		if err := binary.Write(peer, binary.LittleEndian, values); err != nil {
			return fmt.Errorf("rank %d is gone: %w", i+1, err)
		}
	}
	return nil
}

func (g *group) Close() {
	for _, peer := range g.peers {
		if peer != nil {
			_ = peer.(io.Closer).Close()
		}
	}
}
