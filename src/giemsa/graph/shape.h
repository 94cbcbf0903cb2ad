#pragma once
#include <cstdint>
#include <string>

namespace giemsa {

/// Shape of one picture's value inside a network, the batch left out: [C, H, W]; a vector is [C, 1, 1].
struct Shape {
  std::int64_t channels = 0, height = 1, width = 1;

  std::int64_t size() const { return channels * height * width; }
  bool is_vector() const { return height == 1 && width == 1; }
  bool operator==(const Shape&) const = default;
};

/// "3×96×96"; "8" for a vector.
std::string to_string(const Shape& shape);

/// Height and width of a kernel or a stride; one number means a square.
struct Extent {
  Extent(int side) : height(side), width(side) {}
  Extent(int h, int w) : height(h), width(w) {}
  int height, width;
  bool operator==(const Extent&) const = default;
};

/// Rows and columns of padding around a map.
struct Padding {
  int top = 0, left = 0, bottom = 0, right = 0;

  static Padding all(int n) { return {n, n, n, n}; }
  bool operator==(const Padding&) const = default;
};

/// TensorFlow's SAME rule: total = max((ceil(n / s) - 1) · s + k - n, 0), the smaller half before.
/// Depends on the size of the map; at stride 2 it differs from the symmetric padding of PyTorch.
Padding same_padding(const Shape& input, Extent kernel, Extent stride);

}  // namespace giemsa
