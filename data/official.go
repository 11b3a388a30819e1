package data

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Official is a dataset of the CoOp benchmark, in the folder layout that its
// instructions ask for: the eleven datasets and four variants of ImageNet.
type Official struct {
	// Name is what the command line calls it.
	Name string
	// Title is the name in tables, and in the name of the split file.
	Title string
	// Folder lies in the data root; Images in Folder holds the images, and the
	// paths of the split file start there.
	Folder, Images string
	// Classes, Train, Val and Test are the published counts.
	Classes, Train, Val, Test int

	// needs says which files make up the split where there is no split file.
	needs string
	// make reads them; nil means that only the split file will do.
	make func(*layout) (splitLists, error)
	// bySplit is false for the datasets that never have a split file.
	bySplit bool
}

// officials is the benchmark in the order of its tables. The variants of
// ImageNet have no training images: they test what was trained on ImageNet.
var officials = []Official{
	{"imagenet", "ImageNet", "imagenet", "images", 1000, 1281167, 0, 50000, "classnames.txt, images/train and images/val", imageNet, false},
	{"caltech101", "Caltech101", "caltech-101", "101_ObjectCategories", 100, 4128, 1649, 2465, "the class folders", classFolders(caltechName), true},
	{"oxford_pets", "OxfordPets", "oxford_pets", "images", 37, 2944, 736, 3669, "annotations/trainval.txt and annotations/test.txt", pets, true},
	{"stanford_cars", "StanfordCars", "stanford_cars", "", 196, 6509, 1635, 8041, "", nil, true},
	{"oxford_flowers", "OxfordFlowers", "oxford_flowers", "jpg", 102, 4093, 1633, 2463, "", nil, true},
	{"food101", "Food101", "food-101", "images", 101, 50500, 20200, 30300, "the class folders", classFolders(sameName), true},
	{"fgvc_aircraft", "FGVCAircraft", "fgvc_aircraft", "images", 100, 3334, 3333, 3333, "variants.txt and images_variant_{train,val,test}.txt", aircraft, false},
	{"sun397", "SUN397", "sun397", "SUN397", 397, 15880, 3970, 19850, "{ClassName,Training_01,Testing_01}.txt", sun, true},
	{"dtd", "DescribableTextures", "dtd", "images", 47, 2820, 1128, 1692, "the class folders", classFolders(sameName), true},
	{"eurosat", "EuroSAT", "eurosat", "2750", 10, 13500, 5400, 8100, "the class folders", classFolders(eurosatName), true},
	{"ucf101", "UCF101", "ucf101", "UCF-101-midframes", 101, 7639, 1898, 3783, "ucfTrainTestlist/{classInd,trainlist01,testlist01}.txt", ucf, true},
	{"imagenetv2", "ImageNetV2", "imagenetv2", "imagenetv2-matched-frequency-format-val", 1000, 0, 0, 10000, "classnames.txt and the class folders", imageNetV2, false},
	{"imagenet_sketch", "ImageNetSketch", "imagenet-sketch", "images", 1000, 0, 0, 50889, "classnames.txt and the class folders", imageNetVariant, false},
	{"imagenet_a", "ImageNetA", "imagenet-adversarial", "imagenet-a", 200, 0, 0, 7500, "classnames.txt and the class folders", imageNetVariant, false},
	{"imagenet_r", "ImageNetR", "imagenet-rendition", "imagenet-r", 200, 0, 0, 30000, "classnames.txt and the class folders", imageNetVariant, false},
}

// OfficialNames lists the names of the official datasets.
func OfficialNames() []string {
	names := make([]string, len(officials))
	for i, o := range officials {
		names[i] = o.Name
	}
	return names
}

// OfficialByName returns the official dataset of that name, and whether there
// is one.
func OfficialByName(name string) (*Official, bool) {
	for i := range officials {
		if officials[i].Name == name {
			return &officials[i], true
		}
	}
	return nil, false
}

// SplitFile is the name of the split file, "" if the dataset has none.
func (o *Official) SplitFile() string {
	if !o.bySplit {
		return ""
	}
	return "split_zhou_" + o.Title + ".json"
}

//go:embed templates.json
var templatesJSON []byte

// template returns the hand-crafted caption.
func (o *Official) template() (string, error) {
	var all map[string]string
	if err := json.Unmarshal(templatesJSON, &all); err != nil {
		return "", fmt.Errorf("the embedded templates.json: %w", err)
	}
	if all[o.Title] == "" {
		return "", fmt.Errorf("the embedded templates.json has no template of %s", o.Title)
	}
	return all[o.Title], nil
}

// Open reads the dataset below root. The split file decides where there is one;
// else the split is made from the original annotations, see layout. Images are
// not opened here. Errors name the file that is missing or wrong and say where
// it goes. Underscores in class names become spaces, as in every prompt.
func (o *Official) Open(root string) (*Dataset, error) {
	l := &layout{Official: o, dir: filepath.Join(root, o.Folder)}
	l.images = filepath.Join(l.dir, filepath.FromSlash(o.Images))
	if info, err := os.Stat(l.images); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("dataset %s: there is no folder %s: give with -data the folder that holds %s, with the images in %s",
			o.Name, l.images, o.Folder, filepath.Join(o.Folder, o.Images))
	}
	lists, err := l.read()
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", o.Name, err)
	}
	return l.dataset(lists)
}

// read returns the lists of the split file or those made without it.
func (l *layout) read() (splitLists, error) {
	if l.bySplit {
		path := filepath.Join(l.dir, l.SplitFile())
		lists, err := readSplit(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return lists, err
		}
		if l.make == nil {
			return splitLists{}, fmt.Errorf("fetch %s (CoOp's DATASETS.md links to it) and put it at %s", l.SplitFile(), path)
		}
	}
	lists, err := l.make(l)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return lists, err
	}
	want := fmt.Sprintf("%s into %s", l.needs, l.dir)
	if l.bySplit {
		want = l.SplitFile() + " (CoOp's DATASETS.md links to it), or " + want
	}
	return splitLists{}, fmt.Errorf("%w: put %s", err, want)
}

// dataset gives the lists their paths and collects the class names.
func (l *layout) dataset(lists splitLists) (*Dataset, error) {
	classes, err := lists.classes()
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", l.Name, err)
	}
	for i, name := range classes {
		classes[i] = strings.ReplaceAll(name, "_", " ")
	}
	template, err := l.template()
	if err != nil {
		return nil, err
	}
	return &Dataset{Name: l.Name, Classes: classes, Template: template,
		Train: l.items(lists.Train), Val: l.items(lists.Val), Test: l.items(lists.Test)}, nil
}

// items joins the paths to the image folder.
func (l *layout) items(entries []splitEntry) []Item {
	out := make([]Item, 0, len(entries))
	for _, e := range entries {
		out = append(out, Item{Source: File(filepath.Join(l.images, filepath.FromSlash(e.path))), Label: e.label})
	}
	return out
}
