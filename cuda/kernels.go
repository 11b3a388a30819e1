package cuda

import (
	"embed"
	"fmt"
)

//go:generate go run ../tools/kernels

//go:embed ptx/*.ptx
var texts embed.FS

// kernelFiles says in which file of ptx each kernel stands.
var kernelFiles = map[string]string{
	"gather": "rows", "add_rows": "rows", "scatter": "rows",
	"axpy": "elementwise", "fill": "elementwise", "copy": "elementwise", "sgd": "elementwise", "act_grad": "elementwise", "transpose": "elementwise",
	"column_sums": "sums", "column_dots": "sums",
	"layernorm": "layernorm", "layernorm_grad": "layernorm",
	"attention_32": "attention_32", "attention_dq_32": "attention_32", "attention_dkv_32": "attention_32",
	"attention_64": "attention_64", "attention_dq_64": "attention_64", "attention_dkv_64": "attention_64",
	"attention_128": "attention_128", "attention_dq_128": "attention_128", "attention_dkv_128": "attention_128",
	"gemm_simt": "simt", "finish": "finish", "split": "split",
	"gemm_x2_128x128": "gemm_x2_128x128", "gemm_x2_64x64": "gemm_x2_64x64", "gemm_x2_32x64": "gemm_x2_32x64",
	"gemm_x3_128x128": "gemm_x3_128x128", "gemm_x3_64x64": "gemm_x3_64x64", "gemm_x3_32x64": "gemm_x3_32x64",
}

// kernel is one that the driver has compiled.
type kernel struct {
	name     string
	function Function
	shared   uint32 // dynamic shared memory that it may use
}

// defaultShared is the shared memory that a block gets without asking.
const defaultShared = 48 << 10

// kernel returns a kernel, compiling its file when it is wanted for the first
// time, so that nobody waits for kernels that are not used. It runs on the
// thread.
func (d *Device) kernel(name string) (*kernel, error) {
	if k := d.kernels[name]; k != nil {
		return k, nil
	}
	file, ok := kernelFiles[name]
	if !ok {
		panic("cuda: there is no kernel " + name)
	}
	m, ok := d.modules[file]
	if !ok {
		text, err := texts.ReadFile("ptx/" + file + ".ptx")
		if err != nil {
			return nil, fmt.Errorf("cuda: %w", err)
		}
		var log string
		var r Result
		if m, log, r = d.drv.ModuleLoadData(string(text)); r != Success {
			return nil, &Error{"cuModuleLoadDataEx", r, d.olderThan(file, log)}
		}
		d.modules[file] = m
	}
	f, r := d.drv.ModuleGetFunction(m, name)
	if r != Success {
		return nil, &Error{"cuModuleGetFunction", r, name}
	}
	k := &kernel{name: name, function: f, shared: defaultShared}
	d.kernels[name] = k
	return k, nil
}

// olderThan is the detail of a failed compilation.
func (d *Device) olderThan(file, log string) string {
	return fmt.Sprintf("kernels %s; the driver knows CUDA up to %d.%d; %s", file, d.Driver/1000, d.Driver%1000/10, log)
}
