package cuda

// Wrappers of the kernels that work row by row and element by element. All
// matrices are [rows, cols], row after row.

// gather sets row i of y to row refs[i] of one of up to four sources, of which
// one at 0 has rows of zeros. refs are pairs of source and row; rows with a
// negative source stay.
func (d *Device) gather(y, refs Pointer, rows, cols int, sources ...Pointer) {
	if len(sources) > 4 {
		panic("cuda: rows of more than four sources")
	}
	var s [4]Pointer
	copy(s[:], sources)
	d.args().ptr(y).ptr(refs).int(rows).int(cols).ptr(s[0]).ptr(s[1]).ptr(s[2]).ptr(s[3]).
		launch("gather", ceil(rows, 4), 1, 1, 128, 0)
}

// scatter adds to row i of y, or sets it to, the sum of the rows list[start[i]:
// start[i+1]] of x.
func (d *Device) scatter(y, x, start, list Pointer, rows, cols int, add bool) {
	d.args().ptr(y).ptr(x).ptr(start).ptr(list).int(rows).int(cols).flag(add).
		launch("scatter", ceil(rows, 4), 1, 1, 128, 0)
}

// addRows is y = x plus row refs[i] of table for row i, or nothing where the
// source is negative.
func (d *Device) addRows(y, x, table, refs Pointer, rows, cols int) {
	d.args().ptr(y).ptr(x).ptr(table).ptr(refs).int(rows).int(cols).
		launch("add_rows", ceil(rows, 4), 1, 1, 128, 0)
}

// axpy is y += a x, of n floats.
func (d *Device) axpy(y, x Pointer, a float32, n int) {
	d.args().ptr(y).ptr(x).float(a).int(n).launch("axpy", ceil(n, 256), 1, 1, 256, 0)
}

// fill sets n floats.
func (d *Device) fill(y Pointer, a float32, n int) {
	d.args().ptr(y).float(a).int(n).launch("fill", ceil(n, 256), 1, 1, 256, 0)
}

// copy is y = x, of n floats.
func (d *Device) copy(y, x Pointer, n int) {
	d.args().ptr(y).ptr(x).int(n).launch("copy", ceil(n, 256), 1, 1, 256, 0)
}

// actGrad is dz = dy act'(z), of n floats.
func (d *Device) actGrad(dz, dy, z Pointer, a activation, n int) {
	d.args().ptr(dz).ptr(dy).ptr(z).int(int(a)).int(n).launch("act_grad", ceil(n, 256), 1, 1, 256, 0)
}

// layerNorm is y = (x - mean) rstd gamma + beta; stats [rows, 2] keeps mean and
// rstd.
func (d *Device) layerNorm(y, stats, x, gamma, beta Pointer, rows, cols int, eps float32) {
	d.args().ptr(y).ptr(stats).ptr(x).ptr(gamma).ptr(beta).int(rows).int(cols).float(eps).
		launch("layernorm", ceil(rows, 4), 1, 1, 128, 0)
}

// layerNormGrad adds the gradient of x to dx, or sets it.
func (d *Device) layerNormGrad(dx, dy, x, gamma, stats Pointer, rows, cols int, add bool) {
	d.args().ptr(dx).ptr(dy).ptr(x).ptr(gamma).ptr(stats).int(rows).int(cols).flag(add).
		launch("layernorm_grad", ceil(rows, 4), 1, 1, 128, 0)
}

// sumChunk is how many rows a block adds up.
const sumChunk = 256

// columnSums adds the column sums of x to out [cols], or sets it to them.
func (d *Device) columnSums(out, x Pointer, rows, cols int, add bool) {
	chunks := max(1, ceil(rows, sumChunk))
	to, addTo := out, add
	if chunks > 1 {
		to, addTo = d.allocate(chunks*cols), false
	}
	d.args().ptr(to).ptr(x).int(rows).int(cols).int(sumChunk).flag(addTo).
		launch("column_sums", ceil(cols, 32), chunks, 1, 256, 0)
	d.sumChunks(out, to, chunks, cols, add)
}

// layerNormGammaGrad adds Σ dy x̂ over the rows to out [cols], or sets it.
func (d *Device) layerNormGammaGrad(out, dy, x, stats Pointer, rows, cols int, add bool) {
	chunks := max(1, ceil(rows, sumChunk))
	to, addTo := out, add
	if chunks > 1 {
		to, addTo = d.allocate(chunks*cols), false
	}
	d.args().ptr(to).ptr(x).ptr(dy).ptr(stats).int(rows).int(cols).int(sumChunk).flag(addTo).
		launch("column_dots", ceil(cols, 32), chunks, 1, 256, 0)
	d.sumChunks(out, to, chunks, cols, add)
}

// sumChunks adds up the sums of chunks, if there are several.
func (d *Device) sumChunks(out, sums Pointer, chunks, cols int, add bool) {
	if sums != out {
		d.columnSums(out, sums, chunks, cols, add)
		d.release(sums)
	}
}

// sgd is a step of stochastic gradient descent on n parameters; the gradient is
// cleared.
func (d *Device) sgd(p, g, buf Pointer, n int, lr, momentum, decay float32, first bool) {
	d.args().ptr(p).ptr(g).ptr(buf).int(n).float(lr).float(momentum).float(decay).flag(first).
		launch("sgd", ceil(n, 256), 1, 1, 256, 0)
}

// transpose sets y [cols, rows] to the transpose of x.
func (d *Device) transpose(y, x Pointer, rows, cols int) {
	d.args().ptr(y).ptr(x).int(rows).int(cols).launch("transpose", ceil(rows*cols, 256), 1, 1, 256, 0)
}
