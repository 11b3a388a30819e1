// Package serve answers HTTP requests with classifiers: the class of a picture,
// how certain it is, and features of pictures and texts.
//
// [New] makes a [Server], which refuses with 503 until [Server.Load] has opened
// its models. A request passes these stations:
//
//	ServeHTTP   log, metrics, recovery from a panic       server.go, journal.go
//	guard       Host, origin, token                       guard.go
//	route       path and method, time limit, body limit   routes.go, body.go
//	handler     parses, takes places in the queue, asks   classify.go, embeddings.go, ...
//	problem     what went wrong, as RFC 9457 JSON         problem.go
//
// Pictures that wait at the same time go through the model together, which the
// classifier itself does. What a stranger can make the server hold is bounded:
// the bytes of bodies and the pictures that wait by a [quota] each, decoded
// pictures by the number of threads that decode. Nothing in a request is used as
// the name of a file or as an address to fetch.
package serve
