package fetch

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/cache"
	"frontdoor/internal/download"
)

// file is one published file.
type file struct {
	path string // where it goes, below the folder of its kind
	download.Want
}

// item is what a name on the command line stands for.
type item struct {
	about string
	files []file
	data  bool   // a data set, which does not go to the cache
	then  string // what is left to be done by hand
}

// openAI returns one of OpenAI's models. The sum is part of the address, and
// their own program checks it; the size is not published.
func openAI(about, model, sum string) item {
	name := cache.Models[model]
	return item{about: about, files: []file{
		{name, download.Want{URL: "https://openaipublic.azureedge.net/clip/models/" + sum + "/" + name, SHA256: sum}},
		vocabulary,
	}}
}

// vocabulary belongs to every model.
var vocabulary = file{"bpe_simple_vocab_16e6.txt.gz", download.Want{
	URL:    "https://raw.githubusercontent.com/openai/CLIP/main/clip/bpe_simple_vocab_16e6.txt.gz",
	Size:   1356917,
	SHA256: "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a",
}}

// drive returns the address of a small file that CoOp's authors keep on Google
// Drive. A large one would come as a web page that asks a question.
func drive(id string) string { return "https://drive.google.com/uc?export=download&id=" + id }

func unknown(path, url string) file { return file{path, download.Want{URL: url}} }

// items is the table of published files. Of the data sets no sums are known
// for certain.
var items = map[string]item{
	"vit-b-16":     openAI("CLIP ViT-B/16 of OpenAI, the model of the papers", "vit-b-16", "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f"),
	"vit-b-32":     openAI("CLIP ViT-B/32 of OpenAI", "vit-b-32", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"),
	"vit-l-14":     openAI("CLIP ViT-L/14 of OpenAI", "vit-l-14", "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836"),
	"vit-l-14-336": openAI("CLIP ViT-L/14 of OpenAI for 336 pixels", "vit-l-14-336", "3035c92b350959924f9f00213499208652fc7ea050643e8b385c2dac08641f02"),
	"vocab":        {about: "CLIP's vocabulary, which comes with each model", files: []file{vocabulary}},

	"caltech101": {about: "Caltech101, and CoOp's split", data: true,
		then: "unpack caltech-101.zip, and in it 101_ObjectCategories.tar.gz, so that there is caltech-101/101_ObjectCategories/",
		files: []file{
			unknown("caltech-101/caltech-101.zip", "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"),
			unknown("caltech-101/split_zhou_Caltech101.json", drive("1hyarUivQE36mY6jSomru6Fjd-JzwcCzN")),
		}},
	"oxford_pets": {about: "Oxford Pets, and CoOp's split", data: true, then: "unpack both archives where they are",
		files: []file{
			unknown("oxford_pets/images.tar.gz", "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz"),
			unknown("oxford_pets/annotations.tar.gz", "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz"),
			unknown("oxford_pets/split_zhou_OxfordPets.json", drive("1501r8Ber4nNKvmlFVQZ8SeUHTcdTTEqs")),
		}},
	"oxford_flowers": {about: "Oxford Flowers 102, and CoOp's split", data: true, then: "unpack the archive where it is",
		files: []file{
			unknown("oxford_flowers/102flowers.tgz", "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/102flowers.tgz"),
			unknown("oxford_flowers/imagelabels.mat", "https://www.robots.ox.ac.uk/~vgg/data/flowers/102/imagelabels.mat"),
			unknown("oxford_flowers/cat_to_name.json", drive("1AkcxCXeK_RCGCEC_GvmWxjcjaNhu-at0")),
			unknown("oxford_flowers/split_zhou_OxfordFlowers.json", drive("1Pp0sRXzZFZq15zVOzKjKBu4A9i01nozT")),
		}},
	"fgvc_aircraft": {about: "FGVC Aircraft", data: true,
		then:  "unpack the archive, and move what is in its folder data to fgvc_aircraft",
		files: []file{unknown("fgvc_aircraft/fgvc-aircraft-2013b.tar.gz", "https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz")}},
	"dtd": {about: "Describable Textures, and CoOp's split", data: true, then: "unpack the archive above its folder",
		files: []file{
			unknown("dtd/dtd-r1.0.1.tar.gz", "https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz"),
			unknown("dtd/split_zhou_DescribableTextures.json", drive("1u3_QfB467jqHgNXC00UIzbLZRQCg2S7x")),
		}},
	"eurosat": {about: "EuroSAT, and CoOp's split", data: true, then: "unpack the archive where it is",
		files: []file{
			unknown("eurosat/EuroSAT.zip", "http://madm.dfki.de/files/sentinel/EuroSAT.zip"),
			unknown("eurosat/split_zhou_EuroSAT.json", drive("1Ip7yaCWFi0eaOFUGga0lUdVi_DDQth1o")),
		}},
}

// names lists the items, sorted.
func names() []string { return slices.Sorted(maps.Keys(items)) }

// destination is where a file goes.
func (f file) destination(dir string) string { return filepath.Join(dir, filepath.FromSlash(f.path)) }

// mirrored returns the file from another address: of itself, or of a folder
// that has it.
func (f file) mirrored(url string) file {
	switch {
	case url == "":
	case strings.HasSuffix(url, "/"):
		f.URL = url + f.path[strings.LastIndex(f.path, "/")+1:]
	default:
		f.URL = url
	}
	return f
}
