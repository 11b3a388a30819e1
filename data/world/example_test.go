package world_test

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/data/world"
)

// A confounded picture of a class, and the same picture in the snow.
func Example() {
	task, err := world.TaskByName("texshape")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := rand.New(rand.NewPCG(1, 2))
	f := task.Sample(r, 0, world.Sampling{Rho: world.TrainRho, Domain: world.Downstream})
	g := f.Do(world.Background, 6)

	pix := make([]uint8, 3*world.Size*world.Size) // [48, 48, 3]
	world.Render(pix, world.Size, f, world.Photo)
	world.Render(pix, world.Size, g, world.Photo)

	same := f.Name(world.Shape) == g.Name(world.Shape) && f.Seed == g.Seed
	fmt.Println(task.N(), "classes;", g.Name(world.Background), "on purpose; the rest the same:", same)
	// Output: 32 classes; snow on purpose; the rest the same: true
}
