// Package procmem says how much memory this process holds, has held at most,
// and may still take: resident memory and its high-water mark from /proc, the
// limit of the control group it runs in, and GOMEMLIMIT. All sizes are bytes.
package procmem
