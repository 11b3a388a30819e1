package serve

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strings"
)

// file is the content of an image file in a request, or why there is none.
type file struct {
	data []byte
	err  error
}

var (
	errNotData = errors.New("this is not a data URI, data:image/jpeg;base64,...: addresses are not fetched, send the image itself")
	errBase64  = errors.New("the base64 of the data URI is damaged")
)

// UnmarshalJSON decodes a data URI straight from the bytes of the JSON string,
// which may be megabytes. One that is wrong is the image's own error.
func (f *file) UnmarshalJSON(text []byte) error {
	if len(text) < 2 || text[0] != '"' {
		return problemf(http.StatusUnprocessableEntity, "an image must be a string that holds a data URI")
	}
	text = text[1 : len(text)-1]
	if bytes.IndexByte(text, '\\') >= 0 { // some encoders escape the slashes
		var s string
		if err := json.Unmarshal(append(append([]byte{'"'}, text...), '"'), &s); err != nil {
			return err
		}
		text = []byte(s)
	}
	f.data, f.err = dataURI(text)
	return nil
}

// mostHead is how long what stands before the comma of a data URI may be.
const mostHead = 200

// dataURI decodes data:TYPE;base64,DATA, RFC 2397.
func dataURI(text []byte) ([]byte, error) {
	head, data, found := bytes.Cut(text, []byte{','})
	if !found || len(head) > mostHead {
		return nil, errNotData
	}
	kind, ok := strings.CutSuffix(strings.ToLower(string(head)), ";base64")
	kind, named := strings.CutPrefix(kind, "data:")
	if !ok || !named {
		return nil, errNotData
	}
	if kind, _, err := mime.ParseMediaType(kind); err == nil && !isImageType(kind) {
		return nil, errors.New("the data URI is of type " + kind + ", not of an image")
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(data)))
	n, err := base64.RawStdEncoding.Decode(out, bytes.TrimRight(data, "=\r\n")) // line breaks are passed over
	if err != nil {
		return nil, errBase64
	}
	return out[:n], nil
}

// isImageType says whether a media type is that of an image or of any bytes.
func isImageType(kind string) bool {
	return strings.HasPrefix(kind, "image/") || kind == "application/octet-stream"
}
