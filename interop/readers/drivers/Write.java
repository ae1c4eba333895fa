// What Java writes: its own library and Commons Compress. Arguments: the folder with the files, the folder for zips, the
// names of the files.

import java.io.*;
import java.nio.file.*;
import java.util.*;
import java.util.zip.*;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream.UnicodeExtraFieldPolicy;

public class Write {
    interface Setting { void on(ZipArchiveOutputStream zip) throws Exception; }

    static Path from, to;
    static List<String> names;

    static void own(String out, int method, int level, boolean folder) throws Exception {
        try (ZipOutputStream zip = new ZipOutputStream(new FileOutputStream(to.resolve(out + ".zip").toFile()))) {
            zip.setMethod(method);
            zip.setLevel(level);
            if (folder) {
                ZipEntry entry = new ZipEntry("deps/");
                if (method == ZipEntry.STORED) { entry.setSize(0); entry.setCrc(0); }
                zip.putNextEntry(entry);
                zip.closeEntry();
            }
            for (String name : names) {
                byte[] content = Files.readAllBytes(from.resolve(name));
                ZipEntry entry = new ZipEntry(name);
                if (method == ZipEntry.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(content);
                    entry.setSize(content.length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(content);
                zip.closeEntry();
            }
        }
    }

    static void commons(String out, boolean stream, Setting setting) throws Exception {
        File file = to.resolve(out + ".zip").toFile();
        try (OutputStream raw = stream ? new FileOutputStream(file) : null;
             ZipArchiveOutputStream zip = stream ? new ZipArchiveOutputStream(raw) : new ZipArchiveOutputStream(file)) {
            setting.on(zip);
            zip.putArchiveEntry(new ZipArchiveEntry("deps/"));
            zip.closeArchiveEntry();
            for (String name : names) {
                zip.putArchiveEntry(new ZipArchiveEntry(from.resolve(name).toFile(), name));
                zip.write(Files.readAllBytes(from.resolve(name)));
                zip.closeArchiveEntry();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        from = Paths.get(args[0]);
        to = Paths.get(args[1]);
        names = Arrays.asList(args).subList(2, args.length);
        own("java", ZipEntry.DEFLATED, 6, false);
        own("java-folder", ZipEntry.DEFLATED, 6, true);
        own("java-level-0", ZipEntry.DEFLATED, 0, true);
        own("java-stored", ZipEntry.STORED, 6, true);
        for (boolean stream : new boolean[] {false, true}) {
            String form = stream ? "-stream" : "";
            commons("commons" + form, stream, zip -> {});
            commons("commons-zip64-always" + form, stream, zip -> zip.setUseZip64(Zip64Mode.Always));
            commons("commons-zip64-compatible" + form, stream, zip -> zip.setUseZip64(Zip64Mode.AlwaysWithCompatibility));
            commons("commons-zip64-never" + form, stream, zip -> zip.setUseZip64(Zip64Mode.Never));
            commons("commons-unicode" + form, stream, zip -> zip.setCreateUnicodeExtraFields(UnicodeExtraFieldPolicy.ALWAYS));
        }
    }
}
