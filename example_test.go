package frontdoor_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"frontdoor"
	"frontdoor/data"
	"frontdoor/data/world"
)

// Classify a picture by the names of the classes alone, with the embedded model.
// For photographs name a published one: "ViT-B-16.pt".
func ExampleLoad() {
	ctx := context.Background()
	c, err := frontdoor.Load(ctx, "tiny", []string{"star", "heart", "ring"})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	answers, err := c.ClassifySources(ctx, picture("star"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answers[0].Class)
	// Output: star
}

// Open what cmd/train left. Images that cannot be read do not spoil the others.
func ExampleOpen() {
	ctx := context.Background()
	c, err := frontdoor.Open(ctx, "internal/command/train/testdata/runs/finished")
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	answers, err := c.ClassifySources(ctx, picture("heart"), data.File("absent.jpg"))
	var bad *frontdoor.ImageError
	if errors.As(err, &bad) {
		fmt.Printf("image %d, %s, cannot be read\n", bad.Index, bad.Name)
	}
	a := answers[0]
	fmt.Printf("%s by %s, of %d classes; %d templates were asked\n", a.Class, c.Info().Method, len(c.Classes()), len(a.Opinions))
	// Output:
	// image 1, absent.jpg, cannot be read
	// heart by cdc, of 16 classes; 3 templates were asked
}

// Adapt the embedded model to a task of the synthetic world. For your own images
// open the dataset with data.Open(ctx, "folder", data.OpenOptions{Data: "photos"}).
func ExampleTrain() {
	ctx := context.Background()
	ds, _, err := data.Open(ctx, "shape", data.OpenOptions{})
	if err != nil {
		log.Fatal(err)
	}
	c, err := frontdoor.Train(ctx, "tiny", ds, frontdoor.TrainOptions{Method: "coop", Shots: 2, Epochs: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.Info().Method, "on", len(c.Classes()), "classes")
	// Output: coop on 16 classes
}

// Features of images and texts lie in one space: their products are cosines.
func ExampleClassifier_EmbedText() {
	ctx := context.Background()
	c, err := frontdoor.Load(ctx, "tiny", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	images, err := c.EmbedSources(ctx, picture("ring"))
	if err != nil {
		log.Fatal(err)
	}
	texts, err := c.EmbedText(ctx, "a photo of a ring.", "a photo of a cross.")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("the ring is nearer:", dot(images[0], texts[0]) > dot(images[0], texts[1]))
	// Output: the ring is nearer: true
}

func dot(a, b []float32) (sum float32) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// picture is a picture of the synthetic world.
func picture(what string) data.Source {
	f, err := world.Described(what)
	if err != nil {
		log.Fatal(err)
	}
	return data.WorldItem{Factors: f, Size: 4 * world.Size, ID: what}
}
