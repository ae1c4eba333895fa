# What Perl writes. Arguments: the folder with the files, the folder for zips, the names of the files.
use strict;
use warnings;
use Archive::Zip qw(:CONSTANTS);
use IO::Compress::Zip qw($ZipError :constants);

my ($from, $to, @names) = @ARGV;

for my $level (0, 6, 9) {
    my $zip = Archive::Zip->new;
    $zip->addDirectory('deps/');
    for my $name (@names) { $zip->addFile("$from/$name", $name)->desiredCompressionLevel($level) }
    $zip->writeToFileNamed("$to/perl-archive-zip-$level.zip");
    my $memory = Archive::Zip->new;
    for my $name (@names) { $memory->addString(do { local (@ARGV, $/) = "$from/$name"; <> }, $name)->desiredCompressionLevel($level) }
    open my $pipe, '|-', "cat > $to/perl-archive-zip-pipe-$level.zip" or die;
    $memory->writeToFileHandle($pipe, 0);
    close $pipe;
}
for my $how (['', ()], ['-stored', Method => ZIP_CM_STORE], ['-zip64', Zip64 => 1], ['-stream', Stream => 1],
             ['-stored-stream', Stream => 1, Method => ZIP_CM_STORE], ['-minimal', Minimal => 1]) {
    my ($form, %options) = @$how;
    my $zip;
    for my $name (@names) {
        my @now = (Name => $name, %options);
        if ($zip) { $zip->newStream(@now) } else { $zip = IO::Compress::Zip->new("$to/perl-io-compress$form.zip", @now) or die $ZipError }
        open my $file, '<:raw', "$from/$name" or die;
        local $/;
        $zip->print(<$file>);
    }
    $zip->close;
}
