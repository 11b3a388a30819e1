package files

import "strings"

// keptFolders are folders that systems, file servers and programs keep beside
// people's images, often with small copies of them.
var keptFolders = []string{
	"@eaDir", "#recycle", "@Recycle", "@Recently-Snapshot", "#snapshot", "@tmp", // file servers
	"__MACOSX", "__pycache__", "$RECYCLE.BIN", "System Volume Information", "lost+found", "LOST.DIR",
}

// keptFiles are files of the same kind; the hidden ones are passed over anyway.
var keptFiles = []string{"Thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", "$RECYCLE.BIN"}

// ownFolder says why a folder is passed over; "" if it is not.
func ownFolder(name string) string {
	if strings.HasPrefix(name, ".") {
		return "a hidden folder"
	}
	for _, kept := range keptFolders {
		if strings.EqualFold(name, kept) {
			return "a folder that a system or program keeps for itself"
		}
	}
	return ""
}

// ownFile says whether a file is passed over.
func ownFile(name string) bool {
	if strings.HasPrefix(name, ".") {
		return true
	}
	for _, kept := range keptFiles {
		if strings.EqualFold(name, kept) {
			return true
		}
	}
	return false
}
