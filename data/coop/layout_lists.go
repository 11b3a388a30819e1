package coop

import (
	"path"
	"strconv"
	"strings"
	"unicode"
)

// sameName keeps the name of a class folder.
func sameName(folder string) string { return folder }

// caltechName returns CoOp's name of a Caltech101 folder: the background is no
// class, and Faces_easy shows the faces of Faces.
func caltechName(folder string) string {
	switch folder {
	case "BACKGROUND_Google", "Faces_easy":
		return ""
	case "airplanes":
		return "airplane"
	case "Faces":
		return "face"
	case "Leopards":
		return "leopard"
	case "Motorbikes":
		return "motorbike"
	}
	return folder
}

// eurosatName writes an EuroSAT folder in words.
func eurosatName(folder string) string {
	switch folder {
	case "AnnualCrop", "HerbaceousVegetation", "PermanentCrop":
		return strings.ReplaceAll(camel(folder), "_", " ") + " Land"
	case "Pasture":
		return "Pasture Land"
	case "Highway":
		return "Highway or Road"
	case "Industrial", "Residential":
		return folder + " Buildings"
	case "SeaLake":
		return "Sea or Lake"
	}
	return folder
}

// camel puts an underscore before each capital but the first.
func camel(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// pets reads lines "Abyssinian_100 1 1 1": image and label from 1.
func pets(l *layout) (splitLists, error) {
	read := func(name string) ([]splitEntry, error) {
		lines, err := l.lines(name)
		var out []splitEntry
		for _, line := range lines {
			f := strings.Fields(line)
			cut := strings.LastIndex(f[0], "_")
			if len(f) < 2 || cut < 1 || !local(f[0]) {
				return nil, l.bad(name, line)
			}
			label, err := strconv.Atoi(f[1])
			if err != nil {
				return nil, l.bad(name, line)
			}
			out = append(out, splitEntry{f[0] + ".jpg", label - 1, strings.ToLower(f[0][:cut])})
		}
		return out, err
	}
	return trainTest(read, "annotations/trainval.txt", "annotations/test.txt")
}

// trainTest reads two lists and holds out validation images of the first.
func trainTest(read func(name string) ([]splitEntry, error), train, test string) (splitLists, error) {
	var out splitLists
	all, err := read(train)
	if err != nil {
		return out, err
	}
	out.Train, out.Val = holdOut(all)
	out.Test, err = read(test)
	return out, err
}

// aircraft reads "0034309 707-320", image and class; variants.txt numbers the
// classes.
func aircraft(l *layout) (splitLists, error) {
	var out splitLists
	variants, err := l.lines("variants.txt")
	if err != nil {
		return out, err
	}
	labels := numbered(variants)
	for i, dst := range []*[]splitEntry{&out.Train, &out.Val, &out.Test} {
		name := "images_variant_" + splitNames[i] + ".txt"
		lines, err := l.lines(name)
		if err != nil {
			return out, err
		}
		for _, line := range lines {
			image, class, _ := strings.Cut(line, " ")
			label, ok := labels[class]
			if !ok || !local(image) {
				return out, l.bad(name, line)
			}
			*dst = append(*dst, splitEntry{image + ".jpg", label, class})
		}
	}
	return out, nil
}

// numbered maps each line to its index.
func numbered(lines []string) map[string]int {
	m := make(map[string]int, len(lines))
	for i, line := range lines {
		m[line] = i
	}
	return m
}

// sun reads paths such as /a/apartment_building/outdoor/sun_x.jpg. The class
// folders after the letter, innermost first, are the name.
func sun(l *layout) (splitLists, error) {
	classes, err := l.lines("ClassName.txt")
	if err != nil {
		return splitLists{}, err
	}
	labels := numbered(classes)
	return trainTest(func(name string) ([]splitEntry, error) {
		lines, err := l.lines(name)
		var out []splitEntry
		for _, line := range lines {
			folder := path.Dir(line)
			label, ok := labels[folder]
			parts := strings.Split(folder, "/")
			if !ok || len(parts) < 3 || !local(line[1:]) {
				return nil, l.bad(name, line)
			}
			class := ""
			for _, p := range parts[2:] {
				class = strings.TrimSpace(p + " " + class)
			}
			out = append(out, splitEntry{line[1:], label, class})
		}
		return out, err
	}, "Training_01.txt", "Testing_01.txt")
}

// Files of UCF101: the first of its three splits.
const (
	ucfIndex = "ucfTrainTestlist/classInd.txt"
	ucfTrain = "ucfTrainTestlist/trainlist01.txt"
	ucfTest  = "ucfTrainTestlist/testlist01.txt"
)

// ucf reads "ApplyEyeMakeup/v_x.avi 1"; the middle frames lie in folders whose
// names have underscores.
func ucf(l *layout) (splitLists, error) {
	classes, err := l.lines(ucfIndex)
	if err != nil {
		return splitLists{}, err
	}
	labels := map[string]int{}
	for _, line := range classes {
		number, class, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return splitLists{}, l.bad(ucfIndex, line)
		}
		labels[class] = n - 1
	}
	return trainTest(func(name string) ([]splitEntry, error) {
		lines, err := l.lines(name)
		var out []splitEntry
		for _, line := range lines {
			action, file, _ := strings.Cut(strings.Fields(line)[0], "/")
			label, ok := labels[action]
			if !ok || !local(file) {
				return nil, l.bad(name, line)
			}
			file = strings.TrimSuffix(file, ".avi") + ".jpg"
			out = append(out, splitEntry{camel(action) + "/" + file, label, camel(action)})
		}
		return out, err
	}, ucfTrain, ucfTest)
}
