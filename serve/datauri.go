package serve

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// file is the content of an image file in a request, or why there is none.
type file struct {
	data []byte
	err  error
}

var (
	errNotData = errors.New("this is not a data URI, data:image/jpeg;base64,...: addresses are not fetched, send the image itself")
	errBase64  = errors.New("the base64 is damaged")
	errPercent = errors.New("the percent-encoding of the data URI is damaged")
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

// dataURI decodes data:TYPE;base64,DATA, or data:TYPE,DATA whose bytes are
// percent-encoded, RFC 2397.
func dataURI(text []byte) ([]byte, error) {
	head, data, found := bytes.Cut(bytes.TrimSpace(text), []byte{','})
	kind, named := strings.CutPrefix(strings.ToLower(string(head[:min(len(head), mostHead)])), "data:")
	if !found || !named || len(head) > mostHead {
		return nil, errNotData
	}
	kind, packed := cutBase64(kind)
	if kind, _, err := mime.ParseMediaType(kind); err == nil && !isImageType(kind) {
		return nil, errors.New("the data URI is of type " + kind + ", not of an image")
	}
	if packed && bytes.IndexByte(data, '%') < 0 {
		return unpacked(data)
	}
	plain, err := url.PathUnescape(string(data)) // in base64, too: browsers write %3D
	if err != nil {
		return nil, errPercent
	}
	if packed {
		return unpacked([]byte(plain))
	}
	return []byte(plain), nil
}

// cutBase64 takes ;base64 from the end of a data URI's type, before which browsers let
// blanks stand.
func cutBase64(kind string) (string, bool) {
	i := strings.LastIndexByte(kind, ';')
	if i < 0 || strings.TrimSpace(kind[i+1:]) != "base64" {
		return kind, false
	}
	return kind[:i], true
}

// unpacked decodes base64, with its padding or without. Line breaks are passed over.
func unpacked(data []byte) ([]byte, error) {
	out, err := base64.RawStdEncoding.AppendDecode(nil, bytes.TrimRight(data, "=\r\n"))
	if err != nil { // it may have blanks, or the letters of base64url
		out, err = base64.RawStdEncoding.AppendDecode(out[:0], bytes.TrimRight(standard(data), "=\r\n"))
	}
	if err != nil {
		return nil, errBase64
	}
	return out, nil
}

// standard returns base64 without its blanks, and with the letters of base64 for those
// of base64url, RFC 4648.
func standard(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for _, c := range data {
		switch c {
		case ' ', '\t', '\f':
		case '-':
			out = append(out, '+')
		case '_':
			out = append(out, '/')
		default:
			out = append(out, c)
		}
	}
	return out
}

// isImageType says whether a media type is that of an image or of any bytes.
func isImageType(kind string) bool {
	return strings.HasPrefix(kind, "image/") || kind == "application/octet-stream"
}
