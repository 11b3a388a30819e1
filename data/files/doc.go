// Package files finds the images that people keep, where they keep them, and
// says what their places tell about them: the class and the split.
//
//	photos/cup/1.jpg               folders of classes, also with the split in the
//	photos/train/cup/1.jpg         first or in the second level
//	photos.zip, photos.tar         an archive of such folders
//	train-{0000..0003}.tar         WebDataset shards: 17.jpg beside 17.cls
//	data/train-00000.parquet       tables of Hugging Face, images in a column
//	labels.csv, metadata.jsonl     lists of paths and classes
//
// Nothing is unpacked: what is kept is an index (names, places and lengths), and
// an image is read when it is opened. What a file is, its content decides, not
// its name. Folders and files that systems and programs keep for themselves are
// passed over, links to folders are followed once, and what could not be used is
// listed with the reason.
package files
