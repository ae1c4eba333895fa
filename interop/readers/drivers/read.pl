# How Perl reads zips: Archive::Zip by index, and IO::Uncompress::Unzip from the front.
use strict;
use warnings;
use Archive::Zip qw(:ERROR_CODES);
use Digest::SHA qw(sha256_hex);
use IO::Uncompress::Unzip qw($UnzipError);
use JSON::PP;

my $problem = '';
Archive::Zip::setErrorHandler(sub { $problem = $_[0] });
my $json = JSON::PP->new->latin1->canonical;

sub by_index {
    my ($path) = @_;
    my @entries;
    $problem = '';
    my $zip = Archive::Zip->new;
    if ($zip->read($path) != AZ_OK) { return { refused => $problem, entries => [] } }
    for my $member ($zip->members) {
        my $name = $member->fileName;
        my $mode = $member->unixFileAttributes & 07777;
        if ($member->isDirectory) {
            $name =~ s{/+$}{};
            push @entries, [$name, 'folder', $mode, undef];
            next;
        }
        my ($content, $status) = $member->contents;
        if ($status != AZ_OK) { return { refused => $problem || 'no content', entries => \@entries } }
        push @entries, [$name, $member->isSymbolicLink ? 'link' : 'file', $mode, sha256_hex($content)];
    }
    return { entries => \@entries };
}

sub from_the_front {
    my ($path) = @_;
    my @entries;
    my $zip = IO::Uncompress::Unzip->new($path) or return { refused => "$UnzipError", entries => [] };
    my $status;
    for ($status = 1; $status > 0; $status = $zip->nextStream) {
        my ($name, $content, $piece, $read) = ($zip->getHeaderInfo->{Name} // '', '', '', 0);
        $content .= $piece while ($read = $zip->read($piece)) > 0;
        if ($read < 0) { return { refused => "$UnzipError", entries => \@entries } }
        if ($name =~ s{/+$}{}) { push @entries, [$name, 'folder', undef, undef] }
        else { push @entries, [$name, 'file', undef, sha256_hex($content)] }
    }
    return { ($status < 0 ? (refused => "$UnzipError") : ()), entries => \@entries };
}

$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    my $stream = eval { from_the_front($path) } || { refused => "$@", entries => [] };
    my $index = eval { by_index($path) } || { refused => "$@", entries => [] };
    print $json->encode({ 'Perl Archive::Zip' => $index, 'Perl IO::Uncompress' => $stream }), "\n";
}
