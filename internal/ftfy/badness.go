package ftfy

import (
	"regexp"
	"unicode"
)

// class is a set of characters by their part in text that was decoded by the
// wrong table. A character may be in several.
type class int

const (
	common class = iota
	control
	bad // hardly ever meant
	law
	currency
	opening // punctuation
	closing
	numeric
	kaomoji // letters that faces are made of
	upperAccented
	lowerAccented
	upperCommon
	lowerCommon
	box
)

// classes are the sets, one bit a class, by character.
var classes = func() map[rune]uint16 {
	out := make(map[rune]uint16)
	for c, ranges := range classRanges {
		for _, span := range ranges {
			for r := span[0]; r <= span[1]; r++ {
				out[r] |= 1 << c
			}
		}
	}
	return out
}()

func set(list ...class) (out uint16) {
	for _, c := range list {
		out |= 1 << c
	}
	return out
}

// before says, for each class, which classes do not stand in front of it in
// text that was meant.
var before = map[class]uint16{
	bad:           set(bad, lowerAccented, upperAccented, box, opening, closing, currency, numeric, law),
	lowerAccented: set(bad, box, closing, currency, numeric),
	upperAccented: set(bad, lowerAccented, lowerCommon, box, closing, currency, numeric),
	box:           set(bad, lowerAccented, upperAccented, currency, numeric, opening, closing, law),
	opening:       set(bad, currency, numeric, box),
	closing:       set(bad, box),
	currency:      set(bad, lowerAccented, box, closing),
	numeric:       set(bad, upperAccented, box),
	law:           set(bad, upperAccented, box),
	kaomoji:       set(box),
}

// pairs holds before by the set of the second character's classes.
var pairs = func() (out [1 << 14]uint16) {
	for s := range out {
		for c, first := range before {
			if s&(1<<c) != 0 {
				out[s] |= first
			}
		}
	}
	return out
}()

// isBad says whether the text looks as if it had been decoded by the wrong
// table: whether characters stand together that hardly ever do.
func isBad(text string) bool {
	var a, b rune // the two before r
	var sa, sb uint16
	for i, r := range text {
		s := classes[r]
		if s&set(control) != 0 || i > 0 && sb&pairs[s] != 0 || badTriple(a, b, r, sa, sb, s) {
			return true
		}
		a, b, sa, sb = b, r, sb, s
	}
	return telling.MatchString(text)
}

// badTriple says whether three characters in a row do not belong together. The
// first is 0 at the beginning of a text.
func badTriple(a, b, r rune, sa, sb, s uint16) bool {
	accented := set(lowerAccented, upperAccented)
	switch {
	case isLatin(a) && sb&set(lowerCommon, upperCommon) != 0 && s&set(bad) != 0,
		isSpace(a) && sb&set(upperAccented) != 0 && s&set(currency) != 0,
		sa&(accented|set(box, currency, closing)) != 0 && sb&set(opening) != 0 && s&set(numeric) != 0,
		sa&(accented|set(currency, numeric, box, law)) != 0 && sb&set(closing) != 0 && s&set(opening) != 0,
		a >= 'a' && a <= 'z' && sb&set(upperAccented) != 0 && s&set(opening, currency) != 0,
		sa&accented != 0 && sb&set(opening, closing) != 0 && isWord(r):
		return true
	}
	return false
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// isSpace is Python's \s.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// isWord is Python's \w.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// of writes classes for a character class of a regular expression.
func of(list ...class) string {
	var out []rune
	for _, c := range list {
		for _, span := range classRanges[c] {
			out = append(out, span[0], '-', span[1])
		}
	}
	return string(out)
}

// telling are sequences that single code pages make of frequent characters.
var telling = func() *regexp.Regexp {
	punctuation := of(opening, closing)
	arabic := "[ØÙ][" + of(common, currency, bad, numeric, opening) + "ŸŠ®°µ»]"
	byteOf := func(extra string) string { return "[" + of(control, bad, opening, closing, currency) + extra + "]" }
	all := ""
	for _, pattern := range []string{
		"[Œœ][^A-Za-z]", // not a ligature
		"[" + of(upperAccented) + "]°",
		"[ÂÃÎÐ][€œŠš¢£Ÿž\u00a0\u00ad®©°·»–—´" + punctuation + "]", // 1252
		"×[²³]",
		arabic + arabic,            // 1252 of Arabic
		"à[²µ¹¼½¾]",                // 1252 of Indic scripts
		"√[±∂†≠®™´≤≥¥µø]", "≈[°¢]", // Mac Roman
		"‚Ä[ìîïòôúùû†°¢π]", "‚[âó][àäê°]", //
		"вЂ", // 1251 of punctuation
		"[ВГРС]" + byteOf("°µ") + "[ВГРС]", // 1251 of Cyrillic
		"ГўВЂВ[^\n][A-Za-z ]",
		"Ã[\u00a0¡]", `[a-z][\s\x{1c}-\x{1f}\x{85}\x{a0}\p{Z}]?[ÃÂ] `, "^[ÃÂ] ", // 1252 of à and of spaces
		"[a-z.,?!" + of(closing) + "]Â[ " + punctuation + "]",
		"β€[™\u00a0Ά\u00ad®°]",            // 1253
		"[ΒΓΞΟ]" + byteOf("°") + "[ΒΓΞΟ]", //
		"ā€", // 1257
	} {
		if all != "" {
			all += "|"
		}
		all += pattern
	}
	return regexp.MustCompile(all)
}()
