// Unpacks a tar as programs in Go do with archive/tar.
package main

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
)

func check(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error())
		os.Exit(1)
	}
}

func main() {
	file, err := os.Open(os.Args[1])
	check(err)
	stream, err := gzip.NewReader(file)
	check(err)
	archive := tar.NewReader(stream)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return
		}
		check(err)
		path := filepath.Join(".", filepath.Join("/", header.Name))
		mode := header.FileInfo().Mode()
		switch header.Typeflag {
		case tar.TypeDir:
			check(os.MkdirAll(path, 0o755))
			check(os.Chmod(path, mode.Perm()))
		case tar.TypeReg, tar.TypeRegA:
			check(os.MkdirAll(filepath.Dir(path), 0o755))
			out, err := os.Create(path)
			check(err)
			_, err = io.Copy(out, archive)
			check(err)
			out.Close()
			check(os.Chmod(path, mode.Perm()))
			check(os.Lchown(path, header.Uid, header.Gid))
		case tar.TypeSymlink:
			check(os.Symlink(header.Linkname, path))
		}
	}
}
