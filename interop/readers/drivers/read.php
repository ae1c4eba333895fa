<?php
// How PHP's ZipArchive, which is libzip, reads zips.
while (($path = fgets(STDIN)) !== false) {
    $zip = new ZipArchive();
    $entries = [];
    $refused = null;
    $status = $zip->open(rtrim($path, "\n"), ZipArchive::RDONLY);
    if ($status !== true) {
        $refused = "error $status";
    } else {
        for ($at = 0; $at < $zip->numFiles && $refused === null; $at++) {
            $name = $zip->getNameIndex($at, ZipArchive::FL_ENC_RAW);
            $content = $zip->getFromIndex($at);
            if ($content === false) {
                $refused = $zip->getStatusString();
            } elseif (str_ends_with($name, "/")) {
                $entries[] = [rtrim($name, "/"), "folder", null, null];
            } else {
                $entries[] = [$name, "file", null, hash("sha256", $content)];
            }
        }
        $zip->close();
    }
    $view = ["entries" => $entries] + ($refused === null ? [] : ["refused" => $refused]);
    echo json_encode(["PHP libzip" => $view], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
