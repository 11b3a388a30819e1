package serve

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"testing"
)

// parsed fails if an error of a parser is not the client's fault.
func parsed(t *testing.T, err error) {
	if err == nil {
		return
	}
	if p := problemOf(err); p.Status < 400 || p.Status >= 500 {
		t.Errorf("status %d: %v", p.Status, err)
	}
}

// seeds gives the fuzzer the recorded requests.
func seeds(f *testing.F, names ...string) {
	for _, name := range names {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
	}
}

func bodyOf(t *testing.T, kind string, text []byte) *http.Request {
	r := request(t, "POST", "/", kind, nil)
	r.Body = io.NopCloser(bytes.NewReader(text))
	return r
}

// contents is how many bytes of images there are.
func contents(files []file) (n int) {
	for _, f := range files {
		n += len(f.data)
	}
	return n
}

func FuzzImagesJSON(f *testing.F) {
	for _, text := range []string{`{"images":["data:image/png;base64,aGk="]}`, `{"model":"m","images":["x","data:image\/png;base64,aGk"]}`, `{}`, `[`, `{"images":[null]}`, `{"images":["data:,%ff%","data:image/png;base64, aGk-_%3d"]}`} {
		f.Add([]byte(text))
	}
	s := made(f, nil)
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := s.readImages(bodyOf(t, "application/json", text))
		parsed(t, err)
		if err == nil && (len(q.files) > limits.Images || contents(q.files) > len(text)) {
			t.Errorf("%d images, %d bytes", len(q.files), contents(q.files))
		}
	})
}

func FuzzImagesForm(f *testing.F) {
	seeds(f, "immich-visual.form", "immich-textual.form")
	f.Add([]byte("------formdata-undici-046134221861\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n------formdata-undici-046134221861--\r\n"))
	s := made(f, nil)
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := s.readImages(bodyOf(t, undici, text))
		parsed(t, err)
		if err == nil && (len(q.files) > limits.Images || contents(q.files) > len(text)) {
			t.Errorf("%d images, %d bytes", len(q.files), contents(q.files))
		}
	})
}

func FuzzEmbeddings(f *testing.F) {
	for _, text := range []string{`{"input":"a"}`, `{"input":["a","data:image/png;base64,aGk="],"modality":"image","encoding_format":"base64","dimensions":3}`, `{"input":[[1]]}`, `{"input":null}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := readEmbeddings(bodyOf(t, "application/json", text), limits)
		parsed(t, err)
		if err == nil && (len(q.inputs) == 0 || len(q.inputs) > max(limits.Images, limits.Texts)) {
			t.Errorf("%d inputs", len(q.inputs))
		}
	})
}

func FuzzImmich(f *testing.F) {
	seeds(f, "immich-visual.form", "immich-textual.form", "immich-faces.form", "immich-broken.form")
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := readImmich(multipart.NewReader(bytes.NewReader(text), "----formdata-undici-046134221861"))
		parsed(t, err)
		if err != nil {
			return
		}
		if q.image == nil && q.text == nil {
			t.Error("neither an image nor a text")
		}
		if part, _, ok := q.tasks.clip(); ok && part != "visual" && part != "textual" {
			t.Errorf("part %q", part)
		}
	})
}

func FuzzPhotoPrism(f *testing.F) {
	seeds(f, "photoprism-labels.json", "photoprism-url.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		q, err := readPhotoPrism(bodyOf(t, "application/json", text), limits.Images)
		parsed(t, err)
		if err == nil && (len(q.images) == 0 || len(q.images) > limits.Images) {
			t.Errorf("%d images", len(q.images))
		}
	})
}

func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost", "[::1]:80", "evil.example", "127.0.0.1.evil", "", ":", "[", "LOCALHOST.:1"} {
		f.Add(host)
	}
	g := newGuard(&Config{})
	f.Fuzz(func(t *testing.T, host string) {
		// Only what holds localhost or a digit, or is an IPv6 address, is ours.
		if g.ours(host) && !bytes.ContainsAny([]byte(host), "0123456789:") && len(host) < len("localhost") {
			t.Errorf("%q", host)
		}
	})
}
