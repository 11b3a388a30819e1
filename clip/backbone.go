package clip

import "fmt"

// Backbone names the image tower as papers do, such as "ViT-B/16" or
// "ViT-L/14@336", and one of other sizes by them: "ViT width 128, 4 blocks,
// patch 12, image 48".
func (c Config) Backbone() string {
	v := c.Vision
	names := map[[2]int]string{{768, 12}: "B", {1024, 24}: "L", {1280, 32}: "H"}
	size, ok := names[[2]int{v.Width, v.Layers}]
	switch {
	case !ok:
		return fmt.Sprintf("ViT width %d, %d blocks, patch %d, image %d", v.Width, v.Layers, v.Patch, v.Image)
	case v.Image == 224:
		return fmt.Sprintf("ViT-%s/%d", size, v.Patch)
	}
	return fmt.Sprintf("ViT-%s/%d@%d", size, v.Patch, v.Image)
}
