// What Go's archive/zip writes. Arguments: the folder with the files, the folder for zips, the names of the files.
package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"time"
)

func main() {
	from, to, names := os.Args[1], os.Args[2], os.Args[3:]
	for form, method := range map[string]uint16{"go-stored": zip.Store, "go": zip.Deflate} {
		for _, kind := range []string{"", "-folder", "-info"} {
			out, err := os.Create(filepath.Join(to, form+kind+".zip"))
			if err != nil {
				panic(err)
			}
			archive := zip.NewWriter(out)
			if kind == "-folder" {
				archive.Create("deps/")
			}
			for _, name := range names {
				header := &zip.FileHeader{Name: name, Method: method, Modified: time.Now()}
				if kind == "-info" {
					info, _ := os.Stat(filepath.Join(from, name))
					header, _ = zip.FileInfoHeader(info)
					header.Name, header.Method = name, method
				}
				entry, err := archive.CreateHeader(header)
				if err != nil {
					panic(err)
				}
				content, _ := os.ReadFile(filepath.Join(from, name))
				entry.Write(content)
			}
			archive.Close()
			out.Close()
		}
	}
}
