package bench

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// child is a peer that runs as a process of its own: it reads a request per
// line and answers each with a line that holds seconds.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startChild starts a peer and waits for its first line, which says that it is
// ready.
func startChild(cmd *exec.Cmd) (*child, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, in: in, out: bufio.NewReader(out)}
	if line, err := c.out.ReadString('\n'); err != nil || strings.TrimSpace(line) != "ready" {
		c.stop()
		return nil, fmt.Errorf("%s did not become ready (it said %q)", cmd.Path, strings.TrimSpace(line))
	}
	return c, nil
}

// ask sends a request and returns the seconds in the answer.
func (c *child) ask(format string, args ...any) (float64, error) {
	line, err := c.line(fmt.Sprintf(format, args...))
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(line, 64)
}

// line sends a request and returns the answer.
func (c *child) line(request string) (string, error) {
	if _, err := fmt.Fprintln(c.in, request); err != nil {
		return "", err
	}
	line, err := c.out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// stop ends the process: a peer ends when its input does.
func (c *child) stop() {
	if c == nil {
		return
	}
	c.in.Close()
	_ = c.cmd.Wait() // its answers have been read; how it ends does not matter
}
