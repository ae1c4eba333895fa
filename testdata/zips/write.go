// Writes a zip with Go's archive/zip: the files named, to standard output; names that end in a slash are directories.
package main

import (
	"archive/zip"
	"io"
	"log"
	"os"
	"strings"
)

func main() {
	archive := zip.NewWriter(os.Stdout)
	for _, name := range os.Args[1:] {
		entry, err := archive.Create(name)
		if err != nil {
			log.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			continue
		}
		content, err := os.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := io.Copy(entry, content); err != nil {
			log.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		log.Fatal(err)
	}
}
