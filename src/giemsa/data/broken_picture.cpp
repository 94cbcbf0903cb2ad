#include "giemsa/data/broken_picture.h"

namespace giemsa {

Finding picture_finding(const Error& error, std::string record) {
  if (error.kind() != ErrorKind::Data && error.kind() != ErrorKind::Io) throw;
  return {.record = std::move(record),
          .reason = error.kind() == ErrorKind::Data ? "corrupt" : "unreadable",
          .evidence = error.message()};
}

Finding unlabelled_finding(const Record& record) { return {record.id, "unlabelled", "it has no class"}; }

std::optional<Image> load_or_find(const Source& source, std::size_t index, std::optional<Finding>& finding) {
  try {
    return source.load(index);
  } catch (const Error& error) {
    finding = picture_finding(error, source.records()[index].id);
    return std::nullopt;
  }
}

}  // namespace giemsa
