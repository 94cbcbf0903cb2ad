#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/core/file.h"
#include "giemsa/formats/hdf5_attribute.h"
#include "giemsa/formats/hdf5_chunks.h"
#include "giemsa/formats/hdf5_format.h"
#include "giemsa/formats/hdf5_source.h"
#include "giemsa/formats/host_tensor.h"
#include "giemsa/formats/stored_type.h"

namespace giemsa {

// A bounded reader of the part of HDF5 that files of weights use (HDF5 File Format Specification,
// version 3.0): superblocks 0 to 3, both kinds of object headers, groups and attributes, strings, and numbers
// in one piece or in deflated chunks. Sizes and addresses are checked against the file, lists that lead back
// to themselves are noticed, and the work is bounded by the file's size. The checksums of the newer
// structures are not verified: the numbers themselves have none, so the whole file's hash is what tells
// damage. What a file's objects and tensors take in memory is at most eight times its size and 16 MiB.

/// An entry of a group.
struct Hdf5Link {
  std::string name;
  std::optional<std::uint64_t> address;         ///< of the object; none for soft and external links
  std::optional<std::uint64_t> creation_order;  ///< where the group tracks it
};

/// A tensor of a dataset and the type of number that the file stores.
struct Hdf5Tensor {
  HostTensor values;
  StoredType type;
};

/// A group or a dataset of an open file. All members throw Model where the file is malformed or holds what is
/// not read.
class Hdf5Object {
 public:
  Hdf5Object(std::shared_ptr<Hdf5Source> source, std::uint64_t address, std::string path);

  /// "layers/dense/vars/0"; "" for the root.
  const std::string& path() const { return path_; }
  bool is_group() const;
  bool is_dataset() const;

  /// The entries of a group, as they lie in the file.
  std::vector<Hdf5Link> links() const;
  Hdf5Object open(const Hdf5Link& link) const;
  /// The object at a path below this group ("conv/kernel:0"); nothing where there is none.
  std::optional<Hdf5Object> find(std::string_view path) const;

  /// The strings of an attribute, one or a list, of fixed or variable length; an empty list of any type is an
  /// empty list. Nothing where there is no such attribute.
  std::optional<std::vector<std::string>> strings(std::string_view attribute) const;
  /// The same of a list that may be split over the attributes NAME0, NAME1, … up to the first that is not
  /// there.
  std::optional<std::vector<std::string>> split_strings(std::string_view attribute) const;

  /// A dataset's values; fp32 in one aligned piece stays in the mapped file.
  Hdf5Tensor tensor() const;

 private:
  struct Content;
  /// Null where there is none. Each call is charged with the messages that it passes.
  const Hdf5Message* message(std::uint16_t type) const;
  const std::vector<Hdf5Message>& messages() const;
  void visit_attributes(const std::function<void(const Hdf5Attribute&)>& visit) const;
  std::vector<std::string> strings_of(Hdf5Attribute attribute) const;
  /// The object of an entry of this group, which is opened once.
  std::optional<Hdf5Object> child(std::string_view name) const;
  /// The bytes of a dataset that lies in one piece; `bytes` are what its shape asks for.
  std::span<const std::uint8_t> contiguous_data(Hdf5Cursor layout, bool compact, std::uint64_t bytes) const;
  /// The body of a message that has to be there.
  Hdf5Cursor body(std::uint16_t type, const char* what) const;
  Hdf5Cursor body(const Hdf5Message& message, const char* what) const;
  /// Those through which a dataset's chunks went, all known.
  std::vector<Hdf5Filter> filters() const;
  [[noreturn]] void fault(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& what, const std::string& hint) const;

  std::shared_ptr<Hdf5Source> source_;
  std::string path_;
  std::shared_ptr<Content> content_;  ///< copies of an object share what was read of it
};

/// Where HDF5 begins: at byte 0, or behind a user block of 512, 1024, … bytes. Nothing where there is no
/// signature.
std::optional<std::size_t> find_hdf5_signature(std::span<const std::uint8_t> bytes);

/// The root group of a file. Aligned fp32 tensors lie in it: they keep it open, and with the last copy of a
/// tensor its pages leave memory. `name` is for errors.
Hdf5Object open_hdf5(const MappedFile& file, const std::string& name);
/// The same of a file in memory, out of which all tensors are copied.
Hdf5Object open_hdf5(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace giemsa
