// Unpacks tars as programs in Go do with archive/tar: lines of ARCHIVE, a tab, and a folder on standard input, for each a line
// that is empty, or says why it is refused.
package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func file(path string, archive io.Reader, header *tar.Header) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err = io.Copy(out, archive); err != nil {
		return err
	}
	if err = os.Chmod(path, header.FileInfo().Mode().Perm()); err != nil {
		return err
	}
	return os.Lchown(path, header.Uid, header.Gid)
}

func folder(path string, header *tar.Header) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	return os.Chmod(path, header.FileInfo().Mode().Perm())
}

func unpack(path, into string) error {
	opened, err := os.Open(path)
	if err != nil {
		return err
	}
	defer opened.Close()
	stream, err := gzip.NewReader(opened)
	if err != nil {
		return err
	}
	archive := tar.NewReader(stream)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			inside := filepath.Join(into, filepath.Join("/", header.Name))
			switch header.Typeflag {
			case tar.TypeDir:
				err = folder(inside, header)
			case tar.TypeReg, tar.TypeRegA:
				err = file(inside, archive, header)
			case tar.TypeSymlink:
				err = os.Symlink(header.Linkname, inside)
			}
		}
		if err != nil {
			return err
		}
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path, into, _ := strings.Cut(lines.Text(), "\t")
		said := ""
		if err := unpack(path, into); err != nil {
			said = strings.Join(strings.Fields(err.Error()), " ")
		}
		fmt.Println(said)
	}
}
