// Package clip puts the two towers together: the model of Radford et al. 2021,
// "Learning Transferable Visual Models From Natural Language Supervision".
//
//	v = image features / |image features|     [B, E]
//	w = text features  / |text features|      [N, E]
//	logits = exp(logit scale) · v wᵀ          [B, N]
//
// Published models are read as they are: OpenAI's TorchScript archives, state
// dictionaries of PyTorch, and safetensors, in the names of OpenAI, OpenCLIP
// or Hugging Face. naming.go maps the names, infer.go reads the sizes off the
// tensors, and sidecar.go reads what only a configuration beside them says.
// [Convert] rewrites any of them as one complete safetensors file.
//
// A [Model] comes from a file ([Load]), from the embedded tiny checkpoint
// ([Tiny]) or from random numbers ([New], to be pre-trained). Its sizes are
// free: ViT-B/16 is one [Config], the tiny model another.
package clip
