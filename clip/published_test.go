package clip

import "testing"

// Weights of others in OpenAI's architectures are not OpenAI's.
func TestOpenAIs(t *testing.T) {
	for path, want := range map[string]bool{
		"models/ViT-B-16.pt": true, "vit-b-16": true, "mine/model.safetensors": true, "vit_base_patch16_clip_quickgelu_224.openai/model.safetensors": true,
		"vit_b_16-laion400m_e32-55e67d44.pt": false, "ViT-B-16-quickgelu-dfn2b.pt": false, "b16_400m.pt": false, "hub/models--laion--CLIP-ViT-B-16-DataComp.XL-s13B-b90K/snapshots/1/open_clip_pytorch_model.bin": false,
	} {
		if got := OpenAIs(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
