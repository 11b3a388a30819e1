package report

import (
	"fmt"
	"io"
	"strings"
)

// A table file is a document of its own as well as a part of another one: the
// frame is skipped where booktabs is loaded already, as in a paper that says
// \input{base2new}.
const latexHead = `%% Alone: pdflatex FILE, twice if it goes over pages. In a paper that loads booktabs, longtable and graphicx: \input{FILE}.
\ifdefined\toprule\else
\documentclass[10pt%s]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage[margin=1.5cm]{geometry}
\usepackage{booktabs,longtable,graphicx}
\pagestyle{empty}
\begin{document}
\def\frontdoorwhole{}
\fi
`

const latexFoot = `\ifdefined\frontdoorwhole\end{document}\fi
`

// narrowed makes a table that is wider than the page as wide as the page.
const narrowed = `\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%%
`

// wideTable is the number of columns from which a page is turned, longTable
// the number of rows from which a table is broken over pages.
const (
	wideTable = 9
	longTable = 45
)

// LaTeX writes the table with booktabs' rules, title above and notes below,
// the best numbers bold.
func (g Grid) LaTeX(w io.Writer) error {
	var b strings.Builder
	option := ""
	if len(g.Columns) >= wideTable {
		option = ",landscape"
	}
	fmt.Fprintf(&b, latexHead, option)
	long, size := len(g.Rows) > longTable, "small"
	if long { // it cannot be narrowed
		size = "footnotesize"
	}
	fmt.Fprintf(&b, "\\begingroup\\%s\\setlength{\\tabcolsep}{3pt}\\noindent\n", size)
	columns := ""
	var header []string
	for _, c := range g.Columns {
		if c.Text {
			columns += "l"
		} else {
			columns += "r"
		}
		header = append(header, escapeLaTeX(c.Name))
	}
	head := strings.Join(header, " & ") + ` \\`
	title := "\\textbf{" + escapeLaTeX(g.Title) + "}"
	if long {
		fmt.Fprintf(&b, "%s\\par\n\\begin{longtable}[l]{%s}\n\\toprule\n%s\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n", title, columns, head)
	} else {
		fmt.Fprintf(&b, "%s\\par\\smallskip\\noindent\n"+narrowed+"\\begin{tabular}{%s}\n\\toprule\n%s\n\\midrule\n", title, columns, head)
	}
	for i, r := range g.Rows {
		if r.Rule && i > 0 {
			b.WriteString("\\midrule\n")
		}
		b.WriteString(g.latexRow(r) + "\n")
	}
	if long {
		b.WriteString("\\end{longtable}\n")
	} else {
		b.WriteString("\\bottomrule\n\\end{tabular}}\n")
	}
	for _, note := range g.Notes {
		b.WriteString("\\par\\smallskip\\noindent\\footnotesize " + escapeLaTeX(note) + "\n")
	}
	b.WriteString("\\par\\endgroup\n" + latexFoot)
	_, err := io.WriteString(w, b.String())
	return err
}

// latexRow writes one line of the table.
func (g Grid) latexRow(r GridRow) string {
	var cells []string
	for i, c := range r.Cells {
		text := escapeLaTeX(g.Columns[i].show(c, " ± "))
		if !g.Columns[i].Text && c.Text == "" {
			text = strings.ReplaceAll(text, "-", "$-$") // a minus, or the dash of what is not known
		}
		if c.Best {
			text = "\\textbf{" + text + "}"
		}
		cells = append(cells, text)
	}
	return strings.Join(cells, " & ") + ` \\`
}

// latexLetters are the characters that LaTeX reads as something else, and
// those of ours that its fonts lack.
var latexLetters = strings.NewReplacer(
	`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "<", `\textless{}`, ">", `\textgreater{}`, "|", `\textbar{}`, `"`, `\textquotedbl{}`,
	"±", `$\pm$`, "Δ", `$\Delta$`, "−", "$-$", "–", "--", "×", `$\times$`,
)

// escapeLaTeX makes text safe for LaTeX: special characters are escaped, and
// letters beyond Latin, for which its usual fonts have no shapes, are written
// as their code points.
func escapeLaTeX(text string) string {
	var b strings.Builder
	for _, r := range latexLetters.Replace(text) {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r < ' ' || r > 0x17f || r >= 0x7f && r <= 0x9f:
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
