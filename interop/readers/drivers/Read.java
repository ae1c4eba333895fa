// How Java reads zips: its ZipFile, its ZipInputStream, its file system, and Commons Compress by index and from the front.

import java.io.*;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import java.util.zip.*;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

public class Read {
    interface Reading { void into(List<String> entries) throws Exception; }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray())
            out.append(c < 0x20 || c == '"' || c == '\\' || c > 0x7e ? String.format("\\u%04x", (int) c) : "" + c);
        return out.append('"').toString();
    }

    static void add(List<String> entries, String name, boolean folder, String kind, String mode, InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        if (in != null) {
            byte[] buffer = new byte[65536];
            for (int n; (n = in.read(buffer)) > 0; ) digest.update(buffer, 0, n);
        }
        String sum = "\"" + String.format("%064x", new java.math.BigInteger(1, digest.digest())) + "\"";
        if (folder) { while (name.endsWith("/")) name = name.substring(0, name.length() - 1); sum = "null"; }
        entries.add("[" + quoted(name) + ",\"" + (folder ? "folder" : kind) + "\"," + mode + "," + sum + "]");
    }

    static String view(String reader, Reading reading) {
        List<String> entries = new ArrayList<>();
        String refused = "";
        try { reading.into(entries); }
        catch (Throwable error) { refused = "\"refused\":" + quoted("" + error) + ","; }
        return quoted(reader) + ":{" + refused + "\"entries\":[" + String.join(",", entries) + "]}";
    }

    static void zipFile(String path, List<String> entries) throws Exception {
        try (ZipFile zip = new ZipFile(path)) {
            for (ZipEntry entry : Collections.list(zip.entries()))
                add(entries, entry.getName(), entry.isDirectory(), "file", "null", zip.getInputStream(entry));
        }
    }

    static void stream(String path, List<String> entries) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(new FileInputStream(path)))) {
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null; )
                add(entries, entry.getName(), entry.isDirectory(), "file", "null", zip);
        }
    }

    static void fileSystem(String path, List<String> entries) throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(Paths.get(path), Map.of("enablePosixFileAttributes", "true"))) {
            try (var walked = Files.walk(zip.getPath("/"))) {
                for (Path inside : (Iterable<Path>) walked::iterator) {
                    boolean folder = Files.isDirectory(inside);
                    String name = inside.toString().substring(1);
                    if (name.isEmpty() || name.equals("/")) continue;
                    try (InputStream in = folder ? null : Files.newInputStream(inside)) {
                        add(entries, name, folder, Files.isRegularFile(inside) ? "file" : "special", "null", in);
                    }
                }
            }
        }
    }

    static void add(List<String> entries, ZipArchiveEntry entry, InputStream in) throws Exception {
        String mode = entry.getPlatform() == ZipArchiveEntry.PLATFORM_UNIX ? "" + (entry.getUnixMode() & 07777) : "null";
        add(entries, entry.getName(), entry.isDirectory(), entry.isUnixSymlink() ? "link" : "file", mode, in);
    }

    static void commons(String path, List<String> entries) throws Exception {
        try (var zip = new org.apache.commons.compress.archivers.zip.ZipFile(new File(path))) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder()))
                add(entries, entry, zip.getInputStream(entry));
        }
    }

    static void commonsStream(String path, List<String> entries) throws Exception {
        try (var zip = new ZipArchiveInputStream(new BufferedInputStream(new FileInputStream(path)), "UTF8", true, true)) {
            for (ZipArchiveEntry entry; (entry = zip.getNextZipEntry()) != null; ) add(entries, entry, zip);
        }
    }

    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String path; (path = lines.readLine()) != null; ) {
            final String file = path;
            System.out.println("{" + String.join(",",
                view("Java ZipFile", entries -> zipFile(file, entries)),
                view("Java ZipInputStream", entries -> stream(file, entries)),
                view("Java zipfs", entries -> fileSystem(file, entries)),
                view("Commons ZipFile", entries -> commons(file, entries)),
                view("Commons stream", entries -> commonsStream(file, entries))) + "}");
        }
    }
}
