package eval_test

import (
	"context"
	"fmt"
	"log"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval"
	"frontdoor/prompt"
)

// Load a model, train CDC on two images of each class, classify an image.
func Example() {
	model, err := clip.Tiny() // or clip.Load("ViT-B-16.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	task, err := world.TaskByName("shape")
	if err != nil {
		log.Fatal(err)
	}
	ds := data.World(task, data.WorldOptions{}) // or data.Open(ctx, "folder", data.OpenOptions{Data: "photos"})
	learner, err := eval.Train(context.Background(), model, ds, "cdc", 2, 1)
	if err != nil {
		log.Fatal(err)
	}
	image, err := ds.Test[240].Open(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	size := model.Vision.Image
	x := autograd.Zeros(1, 3, size, size) // [1, 3, S, S]
	model.Preprocess(x.Data, image)
	p := prompt.Predict(model, learner, x)
	fmt.Printf("is a %s, looks like a %s\n", ds.Classes[ds.Test[240].Label], ds.Classes[prompt.Argmax(p.Prob.Row(0))])
	// Output: is a star, looks like a star
}
