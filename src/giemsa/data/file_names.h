#pragma once
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace giemsa {

/// Gives each file of a folder a name that a folder source lists, and that no other has.
class FileNames {
 public:
  /// `wanted` itself where it can be had, otherwise "_.hidden.png", NAME_2.png, NAME_3.png, …, cut to the 255
  /// bytes that a name may have. `wanted`: a file name that ends like a picture's.
  std::string give(const std::string& wanted);

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, std::size_t> next_;  ///< the number to try next, by cut name
};

}  // namespace giemsa
