#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace giemsa {

/// A list of paths in little memory, for folders of millions of pictures: folders are kept once, names one
/// behind the other. A path costs the length of its name and 16 bytes. At most 2^32 folders.
class PicturePaths {
 public:
  /// Cheapest where paths of one folder follow each other.
  void add(std::string_view path);
  std::size_t size() const { return entries_.size(); }
  std::string operator[](std::size_t i) const;
  std::vector<std::string> strings() const;
  /// Sorts the paths from number `first` on, as std::string does.
  void sort_from(std::size_t first);

 private:
  struct Entry {
    const char* name;
    std::uint32_t length, folder;
  };
  const char* keep(std::string_view name);

  std::vector<std::string> folders_;  ///< with the slash at the end; "" for none
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0, room_ = 0;  ///< of the last block
  std::deque<Entry> entries_;        ///< unlike a vector, no second copy of all while it grows
};

}  // namespace giemsa
