// Package report makes tables and figures of results: it reads what a run has
// left in its folder and needs neither models nor images.
package report
