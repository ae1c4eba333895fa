<?php
// What PHP's ZipArchive writes. Arguments: the folder with the files, the folder for zips, the names of the files.
[$self, $from, $to] = $argv;
foreach ([ZipArchive::CM_DEFAULT, ZipArchive::CM_STORE] as $method) {
    $zip = new ZipArchive();
    $zip->open("$to/php-" . ($method === ZipArchive::CM_STORE ? "stored" : "default") . ".zip", ZipArchive::CREATE);
    $zip->addEmptyDir("deps");
    foreach (array_slice($argv, 3) as $name) {
        $zip->addFile("$from/$name", $name);
        $zip->setCompressionName($name, $method);
    }
    $zip->close();
}
