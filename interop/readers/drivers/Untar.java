// Unpacks tars as programs in Java do with Commons Compress: lines of ARCHIVE, a tab, and a folder on standard input, for each a
// line that is empty, or says why it is refused.

import java.io.*;
import java.nio.file.*;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

public class Untar {
    static void unpack(String path, Path folder) throws Exception {
        InputStream packed = new BufferedInputStream(new FileInputStream(path));
        try (var tar = new TarArchiveInputStream(new GzipCompressorInputStream(packed), "UTF-8")) {
            for (TarArchiveEntry entry; (entry = tar.getNextTarEntry()) != null; ) {
                Path inside = folder.resolve(entry.getName()).normalize();
                if (!inside.startsWith(folder)) throw new IOException("leads out: " + entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(inside);
                } else if (entry.isFile()) {
                    Files.createDirectories(inside.getParent());
                    Files.copy(tar, inside, StandardCopyOption.REPLACE_EXISTING);
                } else {
                    throw new IOException("neither file nor folder: " + entry.getName());
                }
                Files.setAttribute(inside, "unix:mode", entry.getMode() & 07777);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line; (line = lines.readLine()) != null; ) {
            String[] parts = line.split("\t");
            String said = "";
            try { unpack(parts[0], Paths.get(parts[1])); }
            catch (Throwable error) { said = ("" + error).replaceAll("\\s+", " "); }
            System.out.println(said);
        }
    }
}
