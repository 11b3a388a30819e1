package ptx

const (
	banks  = 32
	sector = 32 // bytes
)

// count adds an access of n bytes a lane to the statistics.
func (w *warp) count(p *place, on uint32, n int) {
	if p.global {
		w.countSectors(p, on, n)
		return
	}
	lanesAtOnce := 32 / max(1, n/4) // wide accesses take turns by parts of the warp
	for from := 0; from < 32; from += lanesAtOnce {
		words := &w.b.words
		words.reset()
		for l := from; l < from+lanesAtOnce; l++ {
			if on>>l&1 != 0 {
				at := p.at(w, l)
				for b := 0; b < n; b += 4 {
					words.add(uint32(at)/4 + uint32(b/4))
				}
			}
		}
		w.countPasses(words)
	}
}

// bankWords holds the different words that an access wants from each bank.
type bankWords struct {
	words [banks][banks]uint32
	n     [banks]uint8
	most  uint8
}

// reset forgets the words. What lies behind the first n is never read.
func (b *bankWords) reset() { b.n, b.most = [banks]uint8{}, 0 }

func (b *bankWords) add(word uint32) {
	k := word % banks
	for _, have := range b.words[k][:b.n[k]] {
		if have == word {
			return
		}
	}
	b.words[k][b.n[k]] = word
	b.n[k]++
	b.most = max(b.most, b.n[k])
}

func (w *warp) countPasses(b *bankWords) {
	if b.most > 0 {
		w.b.stats.SharedPasses += int(b.most)
		w.b.stats.SharedLeast++
	}
}

// countSectors counts the different sectors that the lanes touch.
func (w *warp) countSectors(p *place, on uint32, n int) {
	var seen [64]uint64
	count, bytes := 0, 0
	each(on, func(l int) {
		bytes += n
		s := p.at(w, l) / sector // an aligned access lies in one
		for i := count - 1; i >= 0; i-- {
			if seen[i] == s {
				return
			}
		}
		seen[count] = s
		count++
	})
	w.b.stats.Sectors += count
	w.b.stats.SectorsLeast += min(count, (bytes+sector-1)/sector)
}
