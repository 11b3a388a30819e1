package download

import (
	"encoding/json"
	"net/http"
	"strings"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/exactjson"
	"frontdoor/internal/safefile"
)

// state says which version of the server's file a part belongs to.
type state struct {
	Total     int64  `json:"total"`     // bytes of the whole file, 0 if the server did not say
	Validator string `json:"validator"` // strong ETag or Last-Modified, empty if the server sent neither
}

// stateFile returns the path of a part's state.
func stateFile(part string) string { return part + ".json" }

// maxState is more than a state has, even if JSON takes six bytes for each of
// the server's.
const maxState = 8 * maxHeaders

// readState returns a part's state; one that is missing or damaged says
// nothing.
func readState(part string) (s state) {
	text, err := safefile.Read(stateFile(part), maxState)
	if err != nil || exactjson.Unmarshal(text, &s) != nil || s.Total < 0 {
		return state{}
	}
	return s
}

func writeState(part string, s state) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(stateFile(part), append(text, '\n'))
}

// validator returns what changes whenever the file does, or nothing.
func validator(r *http.Response) string {
	if tag := r.Header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return r.Header.Get("Last-Modified")
}

// same reports whether an answer is about the version of the file that s is
// of: where no sum is published for the end, the answer has to say so.
func (s state) same(r *http.Response, w Want, total int64) bool {
	v := validator(r)
	silent := s.Validator == "" || v == ""
	return (s.Total == 0 || total == 0 || s.Total == total) && (s.Validator == v || silent && w.SHA256 != "")
}
