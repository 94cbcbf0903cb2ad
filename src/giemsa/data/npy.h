#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace giemsa {

/// The header of an .npy file: what lies in the array, and where it begins.
struct NpyHeader {
  char kind = 'u';             ///< 'u' unsigned, 'i' signed integer, 'U' text (UTF-32, padded with NUL)
  std::size_t item_bytes = 1;  ///< integers: 1, 2, 4 or 8; text: 4 a character; little-endian
  std::vector<std::uint64_t> shape;
  std::size_t header_bytes = 0;  ///< from the start of the file to the first item

  std::uint64_t items() const;
  std::uint64_t data_bytes() const { return items() * item_bytes; }
};

/// Most bytes that the header of an .npy file may take.
inline constexpr std::size_t kMaxNpyHeaderBytes = 64 << 10;
/// Most bytes of one array: twice the largest of the public blood-cell sets (BloodMNIST at 224 px, 1.8 GB).
inline constexpr std::uint64_t kMaxNpyDataBytes = 4ull << 30;

/// Reads the header of an .npy file (NumPy format 1.0, 2.0 and 3.0, NEP 1) from its first bytes.
/// Takes C order and little-endian or one-byte integers, or little-endian text, of at most 8 dimensions and
/// kMaxNpyDataBytes.
/// Throws Data, naming `name` and what was found, on anything else.
NpyHeader parse_npy_header(std::span<const std::uint8_t> start, const std::string& name);

/// The reverse, in format 1.0: what an .npy file begins with, up to the first item.
std::vector<std::uint8_t> npy_header_bytes(const NpyHeader& header);

}  // namespace giemsa
