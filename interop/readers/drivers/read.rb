# How rubyzip reads zips: by index. Its reader from the front reads no descriptors, and stops at ordinary archives.
require "digest"
require "json"
require "zip"

# Warnings are for people.
Zip.warn_invalid_date = false

def entry(item, content)
  name = item.name.dup.force_encoding("UTF-8").scrub
  kind = { file: "file", directory: "folder", symlink: "link" }.fetch(item.ftype, "special")
  kind = "folder" if name.end_with?("/")
  return [name.sub(%r{/+\z}, ""), kind, item.unix_perms, nil] if kind == "folder"

  [name, kind, item.unix_perms, Digest::SHA256.hexdigest(content || "")]
end

def view
  entries = []
  yield entries
  { entries: entries }
rescue StandardError, SystemStackError => error
  { refused: "#{error.class}: #{error.message}"[0, 90].scrub, entries: entries }
end

$stdout.sync = true
$stdin.each_line(chomp: true) do |path|
  index = view do |entries|
    Zip::File.open(path) do |zip|
      zip.each { |item| entries << entry(item, item.file? ? item.get_input_stream.read : "") }
    end
  end
  puts JSON.generate({ "rubyzip" => index })
end
