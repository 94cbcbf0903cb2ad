#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "giemsa/core/text.h"
#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/hdf5_format.h"

namespace giemsa {

namespace {

using namespace std::string_view_literals;
constexpr int kMaxDepth = 64;             // of a path: objects are kept one inside the other
constexpr std::uint64_t kStepUnits = 64;  // what a step of a path is charged with
constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n"sv;

/// Address of the root group's header. Specification II.
std::uint64_t read_superblock(Hdf5Source& source) {
  Hdf5Cursor in = source.at(0, "the superblock");
  in.expect(kSignature);
  const unsigned version = in.u8();
  if (version > 3) in.fault(fmt::format("has version {}, expected 0 to 3", version));
  const bool old = version < 2;
  if (old) in.skip(4);  // versions of other parts, reserved
  const unsigned offset_bytes = in.u8(), length_bytes = in.u8();
  if (offset_bytes != 8 || length_bytes != 8) {
    source.unsupported(
        fmt::format("addresses of {} and lengths of {} bytes; 8 and 8 are read", offset_bytes, length_bytes),
        "rewrite the file: h5repack IN OUT");
  }
  in.skip(old ? 1 + 4 + 4 : 1);  // sizes of old groups' trees, flags
  if (version == 1) in.skip(4);
  const std::uint64_t base = in.address();  // which the end counts in; all other addresses begin there
  in.skip(8);                               // free space or extension
  const std::uint64_t end = in.address(), size = source.bytes().size();
  if (end < base) in.fault("puts the end before the beginning");
  if (end - base > size) {
    source.fault(fmt::format("cut short: {} bytes, its superblock says {}", size, end - base));
  }
  if (old) in.skip(8 + 8);  // driver information, the root's name
  return in.address();
}

Hdf5Object open_root(const std::shared_ptr<Hdf5Source>& source) {
  const auto begin = find_hdf5_signature(source->bytes());
  source->check(begin.has_value(), "not an HDF5 file");
  source->begin_at(*begin);
  return {source, read_superblock(*source), ""};
}

}  // namespace

std::optional<std::size_t> find_hdf5_signature(std::span<const std::uint8_t> bytes) {
  for (std::size_t begin = 0; begin < bytes.size() && bytes.size() - begin >= kSignature.size();
       begin = begin == 0 ? 512 : 2 * begin) {
    if (std::ranges::equal(bytes.subspan(begin, kSignature.size()), kSignature, {}, {},
                           [](char c) { return static_cast<std::uint8_t>(c); })) {
      return begin;
    }
  }
  return std::nullopt;
}

struct Hdf5Object::Content {
  struct Entry {
    Hdf5Link link;
    std::optional<Hdf5Object> object;  ///< when it was opened
  };
  std::vector<Hdf5Message> messages;
  std::optional<std::map<std::string, Entry, std::less<>>> entries;  ///< by name, when one was looked for
};

Hdf5Object open_hdf5(const MappedFile& file, const std::string& name) {
  return open_root(std::make_shared<Hdf5Source>(file.bytes(), file, name));
}

Hdf5Object open_hdf5(std::span<const std::uint8_t> bytes, const std::string& name) {
  return open_root(std::make_shared<Hdf5Source>(bytes, std::nullopt, name));
}

Hdf5Object::Hdf5Object(std::shared_ptr<Hdf5Source> source, std::uint64_t address, std::string path)
    : source_(std::move(source)), path_(std::move(path)), content_(std::make_shared<Content>()) {
  source_->hold(path_.size());
  content_->messages = read_hdf5_header(*source_, address);
}

bool Hdf5Object::is_group() const {
  return message(Hdf5Message::kSymbolTable) || message(Hdf5Message::kLinkInfo) || message(Hdf5Message::kLink);
}

bool Hdf5Object::is_dataset() const { return message(Hdf5Message::kLayout); }

Hdf5Object Hdf5Object::open(const Hdf5Link& link) const {
  std::string path = path_.empty() ? link.name : path_ + "/" + link.name;
  if (!link.address) {
    source_->unsupported(
        fmt::format("'{}' is a soft or external link; only the file's own objects are read", printable(path)),
        "save the weights again without links, or copy the objects with h5copy");
  }
  return {source_, *link.address, std::move(path)};
}

std::optional<Hdf5Object> Hdf5Object::child(std::string_view name) const {
  auto& entries = content_->entries;
  if (!entries) {
    entries.emplace();
    for (Hdf5Link& link : links()) entries->emplace(link.name, Content::Entry{link, std::nullopt});
  }
  const auto found = entries->find(name);
  if (found == entries->end()) return std::nullopt;
  Content::Entry& entry = found->second;
  if (!entry.object) entry.object = open(entry.link);
  return entry.object;
}

std::optional<Hdf5Object> Hdf5Object::find(std::string_view path) const {
  Hdf5Object object = *this;
  for (int depth = 1;; ++depth) {
    if (depth > kMaxDepth) fault(fmt::format("holds a path of more than {} groups", kMaxDepth));
    source_->charge(kStepUnits + object.path_.size());
    const std::size_t slash = path.find('/');
    const std::optional<Hdf5Object> next = object.child(path.substr(0, slash));
    if (!next || slash == std::string_view::npos) return next;
    object = *next;
    path.remove_prefix(slash + 1);
  }
}

const std::vector<Hdf5Message>& Hdf5Object::messages() const {
  source_->charge(content_->messages.size());
  return content_->messages;
}

const Hdf5Message* Hdf5Object::message(std::uint16_t type) const {
  const auto& all = messages();
  const auto found = std::ranges::find(all, type, &Hdf5Message::type);
  return found == all.end() ? nullptr : &*found;
}

Hdf5Cursor Hdf5Object::body(std::uint16_t type, const char* what) const {
  const Hdf5Message* found = message(type);
  if (!found) fault(fmt::format("lacks {}", what));
  return body(*found, what);
}

Hdf5Cursor Hdf5Object::body(const Hdf5Message& message, const char* what) const {
  if (message.shared)
    unsupported(fmt::format("shares {} with other objects", what), "save the weights again");
  return {*source_, message.body, what};
}

void Hdf5Object::fault(const std::string& what) const {
  source_->fault(fmt::format("'{}' {}", printable(path_), what));
}

void Hdf5Object::unsupported(const std::string& what, const std::string& hint) const {
  source_->unsupported(fmt::format("'{}' {}", printable(path_), what), hint);
}

}  // namespace giemsa
