package sort

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"frontdoor"
)

// packet is an XMP file with keywords, which photo programs show.
const packet = `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:subject><rdf:Bag>%s</rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`

// writeXMP writes the class, or the verdict where it is not certain, to a file
// beside a photograph. One that is there stays.
func (d *destination) writeXMP(path, class string, verdict frontdoor.Verdict) error {
	words := []string{class}
	switch verdict {
	case frontdoor.Unsure:
		words = append(words, unsureFolder)
	case frontdoor.Unfamiliar:
		words = []string{unfamiliarFolder}
	}
	var list strings.Builder
	for _, w := range words {
		list.WriteString("<rdf:li>")
		_ = xml.EscapeText(&list, []byte(w)) // into memory
		list.WriteString("</rdf:li>")
	}
	err := d.create(path, 0o666, time.Now(), strings.NewReader(fmt.Sprintf(packet, list.String())))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
