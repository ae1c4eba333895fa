# What rubyzip writes. Arguments: the folder with the files, the folder for zips, the names of the files.
require "zip"

from, to, *names = ARGV
Zip::File.open("#{to}/rubyzip.zip", Zip::File::CREATE) do |zip|
  zip.mkdir("deps")
  names.each { |name| zip.add(name, File.join(from, name)) }
end
[Zip::Entry::DEFLATED, Zip::Entry::STORED].each do |method|
  buffer = Zip::OutputStream.write_buffer do |zip|
    names.each do |name|
      zip.put_next_entry(name, nil, nil, method)
      zip.write(File.binread(File.join(from, name)))
    end
  end
  File.binwrite("#{to}/rubyzip-buffer-#{method}.zip", buffer.string)
end
Zip.write_zip64_support = true
Zip::File.open("#{to}/rubyzip-zip64.zip", Zip::File::CREATE) do |zip|
  names.each { |name| zip.add(name, File.join(from, name)) }
end
