package safefile

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name that Name returns, in bytes. File systems take
// 255, of which endings and temporary files need some.
const maxName = 120

// Name returns the name of a file or folder for a word that may come from
// anywhere: the word itself where it is a plain name, such as "cdc-lite" or
// "texshape@7". In others the characters that separate folders or that some
// system refuses become underscores, what is too long is cut, and a digest of
// the word keeps two words apart. The result is never empty, never hidden and
// never leads to another folder.
func Name(word string) string {
	plain := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || !unicode.IsPrint(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, word)
	plain = strings.TrimRight(strings.TrimLeft(plain, "."), ". ") // Windows drops these at the end
	if plain == word && plain != "" && len(plain) <= maxName {
		return plain
	}
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(word)))[:12]
	if len(plain) > maxName-len(digest)-1 {
		plain = strings.ToValidUTF8(plain[:maxName-len(digest)-1], "")
	}
	return plain + "-" + digest
}
