# Unpacks tars as Perl's Archive::Tar does: lines of ARCHIVE, a tab, and a folder on standard input, for each a line that is
# empty, or says why it is refused.
use strict;
use warnings;
use Archive::Tar;

$| = 1;
$Archive::Tar::WARN = 0;
while (my $line = <STDIN>) {
    chomp $line;
    my ($path, $folder) = split /\t/, $line;
    chdir $folder or die "$folder: $!";
    my $said = '';
    my $archive = Archive::Tar->new;
    # Its own working directory is found out once.
    $archive->setcwd($folder);
    if (!$archive->read($path)) { $said = $archive->error || 'nothing read' }
    elsif ($archive->list_files && !$archive->extract) { $said = $archive->error || 'nothing extracted' }
    $said =~ s/\s+/ /g;
    print "$said\n";
}
