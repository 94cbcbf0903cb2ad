#include <fmt/format.h>

#include <charconv>
#include <map>

#include "giemsa/core/text.h"
#include "giemsa/formats/hdf5.h"
#include "giemsa/formats/hdf5_heap.h"

namespace giemsa {

namespace {

constexpr unsigned kNameTree = 8;              // B-tree of attributes by name
constexpr std::uint64_t kAttributeUnits = 64;  // what reading an attribute is charged with

std::uint64_t padded(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }

/// A string without its filling: zeros, or spaces where the type says so.
std::string trimmed(std::span<const std::uint8_t> bytes, unsigned padding) {
  constexpr unsigned kTerminated = 0, kSpaces = 2;
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (padding == kTerminated) return std::string(text.substr(0, text.find('\0')));
  const std::size_t last = text.find_last_not_of(padding == kSpaces ? ' ' : '\0');
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

}  // namespace

Hdf5Attribute read_hdf5_attribute(const Hdf5Source& source, Hdf5Cursor in) {
  const unsigned version = in.u8();
  if (version < 1 || version > 3) in.fault(fmt::format("has version {}, expected 1 to 3", version));
  const bool shared = version > 1 && (in.u8() & 3u) != 0;
  if (version == 1) in.skip(1);
  const std::uint64_t name_bytes = in.u16(), type_bytes = in.u16(), space_bytes = in.u16();
  if (version == 3) in.skip(1);  // ASCII or UTF-8
  const auto take = [&](std::uint64_t bytes) { return in.take(version == 1 ? padded(bytes) : bytes); };
  const auto text = take(name_bytes);
  const std::string_view name(reinterpret_cast<const char*>(text.data()), text.size());
  const Hdf5Cursor type(source, take(type_bytes), "an attribute's type");
  const Hdf5Cursor space(source, take(space_bytes), "an attribute's size");
  return {name.substr(0, name.find('\0')), shared, type, space, in};
}

void Hdf5Object::visit_attributes(const std::function<void(const Hdf5Attribute&)>& visit) const {
  const auto read = [&](Hdf5Cursor message) {
    source_->charge(kAttributeUnits);
    visit(read_hdf5_attribute(*source_, message));
  };
  for (const Hdf5Message& each : messages()) {
    if (each.type == Hdf5Message::kAttribute) read(body(each, "an attribute"));
  }
  const Hdf5Message* info = message(Hdf5Message::kAttributeInfo);
  if (!info) return;
  Hdf5Cursor in = body(*info, "its attribute information");
  in.expect_version(0);
  if (in.u8() & 1u) in.skip(2);  // the largest creation order
  const std::uint64_t heap_address = in.address();
  if (heap_address == kHdf5Undefined) return;
  const FractalHeap heap(*source_, heap_address);
  walk_btree_v2(*source_, in.address(), kNameTree, [&](Hdf5Cursor record) {
    const auto bytes = heap.object(record.take(heap.id_bytes()));
    read(Hdf5Cursor(*source_, bytes, "an attribute"));
  });
}

std::optional<std::vector<std::string>> Hdf5Object::strings(std::string_view attribute) const {
  std::optional<Hdf5Attribute> found;
  visit_attributes([&](const Hdf5Attribute& candidate) {
    if (candidate.name == attribute) found = candidate;
  });
  return found ? std::optional(strings_of(*found)) : std::nullopt;
}

std::optional<std::vector<std::string>> Hdf5Object::split_strings(std::string_view attribute) const {
  std::optional<Hdf5Attribute> whole;
  std::map<std::uint64_t, Hdf5Attribute> parts;
  visit_attributes([&](const Hdf5Attribute& candidate) {
    if (candidate.name == attribute) whole = candidate;
    if (!candidate.name.starts_with(attribute)) return;
    const std::string_view number = candidate.name.substr(attribute.size());
    std::uint64_t part = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), part);
    const bool plain = error == std::errc{} && end == number.data() + number.size() &&
                       (number.size() == 1 || number.front() != '0');
    if (!plain) return;
    source_->hold(sizeof candidate);
    parts.emplace(part, candidate);
  });
  if (whole) return strings_of(*whole);
  if (!parts.contains(0)) return std::nullopt;
  std::vector<std::string> joined;
  for (std::uint64_t i = 0; parts.contains(i); ++i) {
    for (std::string& each : strings_of(parts.at(i))) joined.push_back(std::move(each));
  }
  return joined;
}

std::vector<std::string> Hdf5Object::strings_of(Hdf5Attribute found) const {
  if (found.shared) {
    unsupported(fmt::format("shares the type of '{}'", printable(found.name)), "save the weights again");
  }
  std::vector<std::string> strings;
  const std::uint64_t count = read_hdf5_space(found.space).count;
  if (count == 0) return strings;  // Keras writes an empty list as one of numbers
  const Hdf5Type type = read_hdf5_type(found.type);
  const bool variable = type.type_class == Hdf5Type::Variable && (type.bits & 0xFu) == 1;
  if (!variable && type.type_class != Hdf5Type::String) {
    fault(fmt::format("has an attribute '{}' that is no text", printable(found.name)));
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    if (variable) {
      const std::uint64_t bytes = found.values.u32(), heap = found.values.address();
      const std::uint32_t index = found.values.u32();
      std::span<const std::uint8_t> text;
      if (bytes > 0)
        text = Hdf5Cursor(*source_, global_heap_object(*source_, heap, index), "a string").take(bytes);
      strings.push_back(trimmed(text, type.bits >> 4 & 0xFu));
    } else {
      strings.push_back(trimmed(found.values.take(type.bytes), type.bits & 0xFu));
    }
    source_->hold(sizeof(std::string) + strings.back().size());
  }
  return strings;
}

}  // namespace giemsa
