#include "giemsa/predict/picture_paths.h"

#include <algorithm>

namespace giemsa {
namespace {

constexpr std::size_t kBlockBytes = 256 << 10;

/// Whether the path a0 + a1 comes before b0 + b1, byte by byte, without putting them together.
bool comes_before(std::string_view a0, std::string_view a1, std::string_view b0, std::string_view b1) {
  const std::size_t common = std::min(a0.size(), b0.size());
  if (const int order = a0.substr(0, common).compare(b0.substr(0, common)); order != 0) return order < 0;
  a0.remove_prefix(common);
  b0.remove_prefix(common);
  if (a0.empty() && b0.empty()) return a1 < b1;
  // What is left of the longer folder stands against the front of the other's name.
  const std::string_view left = a0.empty() ? b0 : a0, name = a0.empty() ? a1 : b1;
  const int order = name.substr(0, left.size()).compare(left);
  if (order != 0) return a0.empty() ? order < 0 : order > 0;
  const std::string_view rest = name.substr(left.size());
  return a0.empty() ? rest < b1 : a1 < rest;
}

}  // namespace

const char* PicturePaths::keep(std::string_view name) {
  if (name.size() > room_ - used_) {
    room_ = std::max(kBlockBytes, name.size());
    used_ = 0;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
  }
  char* const at = blocks_.empty() ? nullptr : blocks_.back().get() + used_;
  std::ranges::copy(name, at);
  used_ += name.size();
  return at;
}

void PicturePaths::add(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t cut = slash == std::string_view::npos ? 0 : slash + 1;
  if (folders_.empty() || folders_.back() != path.substr(0, cut)) folders_.emplace_back(path.substr(0, cut));
  const std::string_view name = path.substr(cut);
  entries_.push_back(
      {keep(name), static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(folders_.size() - 1)});
}

std::string PicturePaths::operator[](std::size_t i) const {
  const Entry& entry = entries_[i];
  std::string path;
  path.reserve(folders_[entry.folder].size() + entry.length);
  path += folders_[entry.folder];
  return path.append(entry.name, entry.length);
}

std::vector<std::string> PicturePaths::strings() const {
  std::vector<std::string> all;
  all.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
  return all;
}

void PicturePaths::sort_from(std::size_t first) {
  const auto name = [](const Entry& entry) { return std::string_view(entry.name, entry.length); };
  std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(first), entries_.end(),
            [&](const Entry& a, const Entry& b) {
              if (a.folder == b.folder) return name(a) < name(b);
              return comes_before(folders_[a.folder], name(a), folders_[b.folder], name(b));
            });
}

}  // namespace giemsa
