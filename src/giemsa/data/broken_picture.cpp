#include "giemsa/data/broken_picture.h"

#include "giemsa/core/error.h"

namespace giemsa {

std::optional<Image> load_or_find(const Source& source, std::size_t index, std::optional<Finding>& finding) {
  try {
    return source.load(index);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Data && error.kind() != ErrorKind::Io) throw;
    finding = Finding{.record = source.records()[index].id,
                      .reason = error.kind() == ErrorKind::Data ? "corrupt" : "unreadable",
                      .evidence = error.message()};
    return std::nullopt;
  }
}

}  // namespace giemsa
