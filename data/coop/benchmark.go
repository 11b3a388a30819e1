package coop

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

// benchmark is the benchmark in the order of its tables. The variants of
// ImageNet have no training images: they test what was trained on ImageNet.
var benchmark = []Dataset{
	{
		Name: "imagenet", Title: "ImageNet", Folder: "imagenet", Images: "images",
		Classes: 1000, Train: 1281167, Test: 50000,
		imagesFrom: "https://image-net.org (ILSVRC2012, train and val)",
		listsFrom:  instructions,
		needs:      []string{classNamesFile, "images/train", "images/val"},
		make:       imageNet,
	},
	{
		Name: "caltech101", Title: "Caltech101", Folder: "caltech-101", Images: "101_ObjectCategories",
		Classes: 100, Train: 4128, Val: 1649, Test: 2465,
		imagesFrom: "https://data.caltech.edu/records/mzrjq-6wc02 (caltech-101.zip)",
		needs:      classFoldersOnly,
		make:       classFolders(caltechName), bySplit: true, distinct: true,
	},
	{
		Name: "oxford_pets", Title: "OxfordPets", Folder: "oxford_pets", Images: "images",
		Classes: 37, Train: 2944, Val: 736, Test: 3669,
		imagesFrom: vgg + "pets/data/images.tar.gz",
		listsFrom:  vgg + "pets/data/annotations.tar.gz",
		needs:      []string{"annotations/trainval.txt", "annotations/test.txt"},
		make:       pets, bySplit: true,
	},
	{
		Name: "stanford_cars", Title: "StanfordCars", Folder: "stanford_cars",
		Classes: 196, Train: 6509, Val: 1635, Test: 8041,
		imagesFrom: carsSite + "cars_train.tgz and cars_test.tgz",
		listsFrom:  carsSite + "car_devkit.tgz and " + carsSite + carsTest,
		needs:      []string{carsTrain, carsMeta, carsTest},
		make:       cars, bySplit: true,
	},
	{
		Name: "oxford_flowers", Title: "OxfordFlowers", Folder: "oxford_flowers", Images: "jpg",
		Classes: 102, Train: 4093, Val: 1633, Test: 2463,
		imagesFrom: vgg + "flowers/102/102flowers.tgz",
		listsFrom:  vgg + "flowers/102/imagelabels.mat, and the names from " + instructions,
		needs:      []string{flowerLabels, flowerNames},
		make:       flowers, bySplit: true,
	},
	{
		Name: "food101", Title: "Food101", Folder: "food-101", Images: "images",
		Classes: 101, Train: 50500, Val: 20200, Test: 30300,
		imagesFrom: "https://data.vision.ee.ethz.ch/cvl/food-101.tar.gz",
		needs:      classFoldersOnly,
		make:       classFolders(sameName), bySplit: true,
	},
	{
		Name: "fgvc_aircraft", Title: "FGVCAircraft", Folder: "fgvc_aircraft", Images: "images",
		Classes: 100, Train: 3334, Val: 3333, Test: 3333,
		imagesFrom: vgg + "fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz (its folder data)",
		listsFrom:  vgg + "fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz (its folder data)",
		needs:      []string{"variants.txt", "images_variant_train.txt", "images_variant_val.txt", "images_variant_test.txt"},
		make:       aircraft,
	},
	{
		Name: "sun397", Title: "SUN397", Folder: "sun397", Images: "SUN397",
		Classes: 397, Train: 15880, Val: 3970, Test: 19850,
		imagesFrom: sunSite + "SUN397.tar.gz",
		listsFrom:  sunSite + "download/Partitions.zip",
		needs:      []string{"ClassName.txt", "Training_01.txt", "Testing_01.txt"},
		make:       sun, bySplit: true,
	},
	{
		Name: "dtd", Title: "DescribableTextures", Folder: "dtd", Images: "images",
		Classes: 47, Train: 2820, Val: 1128, Test: 1692,
		imagesFrom: vgg + "dtd/download/dtd-r1.0.1.tar.gz",
		needs:      classFoldersOnly,
		make:       classFolders(sameName), bySplit: true,
	},
	{
		Name: "eurosat", Title: "EuroSAT", Folder: "eurosat", Images: "2750",
		Classes: 10, Train: 13500, Val: 5400, Test: 8100,
		imagesFrom: "http://madm.dfki.de/files/sentinel/EuroSAT.zip",
		needs:      classFoldersOnly,
		make:       classFolders(eurosatName), bySplit: true,
	},
	{
		Name: "ucf101", Title: "UCF101", Folder: "ucf101", Images: "UCF-101-midframes",
		Classes: 101, Train: 7639, Val: 1898, Test: 3783,
		imagesFrom: instructions + " (UCF-101-midframes.zip)",
		listsFrom:  "https://www.crcv.ucf.edu/data/UCF101/UCF101TrainTestSplits-RecognitionTask.zip",
		needs:      []string{ucfIndex, ucfTrain, ucfTest},
		make:       ucf, bySplit: true,
	},
	{
		Name: "imagenetv2", Title: "ImageNetV2", Folder: "imagenetv2", Images: "imagenetv2-matched-frequency-format-val",
		Classes: 1000, Test: 10000,
		imagesFrom: "https://s3-us-west-2.amazonaws.com/imagenetv2public/imagenetv2-matched-frequency.tar.gz",
		listsFrom:  instructions,
		needs:      synsetsAndFolders,
		make:       imageNetV2,
	},
	{
		Name: "imagenet_sketch", Title: "ImageNetSketch", Folder: "imagenet-sketch", Images: "images",
		Classes: 1000, Test: 50889,
		imagesFrom: "https://github.com/HaohanWang/ImageNet-Sketch",
		listsFrom:  instructions,
		needs:      synsetsAndFolders,
		make:       imageNetVariant,
	},
	{
		Name: "imagenet_a", Title: "ImageNetA", Folder: "imagenet-adversarial", Images: "imagenet-a",
		Classes: 200, Test: 7500,
		imagesFrom: berkeley + "imagenet-a.tar",
		listsFrom:  instructions,
		needs:      synsetsAndFolders,
		make:       imageNetVariant,
	},
	{
		Name: "imagenet_r", Title: "ImageNetR", Folder: "imagenet-rendition", Images: "imagenet-r",
		Classes: 200, Test: 30000,
		imagesFrom: berkeley + "imagenet-r.tar",
		listsFrom:  instructions,
		needs:      synsetsAndFolders,
		make:       imageNetVariant,
	},
}
