package data

// instructions is the page that links to CoOp's split files and names.
const instructions = "https://github.com/KaiyangZhou/CoOp/blob/main/DATASETS.md"

// Where several datasets come from.
const (
	vgg      = "https://www.robots.ox.ac.uk/~vgg/data/"
	carsSite = "https://ai.stanford.edu/~jkrause/car196/"
	berkeley = "https://people.eecs.berkeley.edu/~hendrycks/"
	sunSite  = "https://vision.princeton.edu/projects/2010/SUN/"
)

// classFoldersOnly is what a dataset needs whose list is its folders.
var classFoldersOnly = []string{"the class folders"}

// synsetsAndFolders is what a variant of ImageNet needs.
var synsetsAndFolders = []string{classNamesFile, "the class folders"}

// officials is the benchmark in the order of its tables. The variants of
// ImageNet have no training images: they test what was trained on ImageNet.
var officials = []Official{
	{"imagenet", "ImageNet", "imagenet", "images", 1000, 1281167, 0, 50000,
		"https://image-net.org (ILSVRC2012, train and val)", instructions,
		[]string{classNamesFile, "images/train", "images/val"}, imageNet, false, false},
	{"caltech101", "Caltech101", "caltech-101", "101_ObjectCategories", 100, 4128, 1649, 2465,
		"https://data.caltech.edu/records/mzrjq-6wc02 (caltech-101.zip)", "", classFoldersOnly, classFolders(caltechName), true, true},
	{"oxford_pets", "OxfordPets", "oxford_pets", "images", 37, 2944, 736, 3669,
		vgg + "pets/data/images.tar.gz", vgg + "pets/data/annotations.tar.gz",
		[]string{"annotations/trainval.txt", "annotations/test.txt"}, pets, true, false},
	{"stanford_cars", "StanfordCars", "stanford_cars", "", 196, 6509, 1635, 8041,
		carsSite + "cars_train.tgz and cars_test.tgz", carsSite + "car_devkit.tgz and " + carsSite + carsTest,
		[]string{carsTrain, carsMeta, carsTest}, cars, true, false},
	{"oxford_flowers", "OxfordFlowers", "oxford_flowers", "jpg", 102, 4093, 1633, 2463,
		vgg + "flowers/102/102flowers.tgz", vgg + "flowers/102/imagelabels.mat, and the names from " + instructions,
		[]string{flowerLabels, flowerNames}, flowers, true, false},
	{"food101", "Food101", "food-101", "images", 101, 50500, 20200, 30300,
		"https://data.vision.ee.ethz.ch/cvl/food-101.tar.gz", "", classFoldersOnly, classFolders(sameName), true, false},
	{"fgvc_aircraft", "FGVCAircraft", "fgvc_aircraft", "images", 100, 3334, 3333, 3333,
		vgg + "fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz (its folder data)", vgg + "fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz (its folder data)",
		[]string{"variants.txt", "images_variant_train.txt", "images_variant_val.txt", "images_variant_test.txt"}, aircraft, false, false},
	{"sun397", "SUN397", "sun397", "SUN397", 397, 15880, 3970, 19850,
		sunSite + "SUN397.tar.gz", sunSite + "download/Partitions.zip",
		[]string{"ClassName.txt", "Training_01.txt", "Testing_01.txt"}, sun, true, false},
	{"dtd", "DescribableTextures", "dtd", "images", 47, 2820, 1128, 1692,
		vgg + "dtd/download/dtd-r1.0.1.tar.gz", "", classFoldersOnly, classFolders(sameName), true, false},
	{"eurosat", "EuroSAT", "eurosat", "2750", 10, 13500, 5400, 8100,
		"http://madm.dfki.de/files/sentinel/EuroSAT.zip", "", classFoldersOnly, classFolders(eurosatName), true, false},
	{"ucf101", "UCF101", "ucf101", "UCF-101-midframes", 101, 7639, 1898, 3783,
		instructions + " (UCF-101-midframes.zip)", "https://www.crcv.ucf.edu/data/UCF101/UCF101TrainTestSplits-RecognitionTask.zip",
		[]string{ucfIndex, ucfTrain, ucfTest}, ucf, true, false},
	{"imagenetv2", "ImageNetV2", "imagenetv2", "imagenetv2-matched-frequency-format-val", 1000, 0, 0, 10000,
		"https://s3-us-west-2.amazonaws.com/imagenetv2public/imagenetv2-matched-frequency.tar.gz", instructions, synsetsAndFolders, imageNetV2, false, false},
	{"imagenet_sketch", "ImageNetSketch", "imagenet-sketch", "images", 1000, 0, 0, 50889,
		"https://github.com/HaohanWang/ImageNet-Sketch", instructions, synsetsAndFolders, imageNetVariant, false, false},
	{"imagenet_a", "ImageNetA", "imagenet-adversarial", "imagenet-a", 200, 0, 0, 7500,
		berkeley + "imagenet-a.tar", instructions, synsetsAndFolders, imageNetVariant, false, false},
	{"imagenet_r", "ImageNetR", "imagenet-rendition", "imagenet-r", 200, 0, 0, 30000,
		berkeley + "imagenet-r.tar", instructions, synsetsAndFolders, imageNetVariant, false, false},
}
