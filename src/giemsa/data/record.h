#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace giemsa {

/// The three parts of a split. `None`: the source does not say, or the record is left out.
enum class Part { None, Train, Val, Test };

/// "train", "val", "test"; "" for None.
std::string part_name(Part part);
/// The reverse; accepts also "validation" and "valid". Throws Data, naming `where`, on another word.
Part parse_part(const std::string& name, const std::string& where);

/// One picture of a data set. Its position in the source's list is its number.
struct Record {
  std::string id;              ///< unique and stable: the path below the root, or "train_images/17"
  std::string path;            ///< where the pixels are, for people; equals id for arrays
  int label = -1;              ///< index into the source's classes; -1: not labelled
  Part official = Part::None;  ///< the part that the source itself names
  std::string subject = {};    ///< the patient or smear that the picture is of; "" when not known
};

/// Something wrong with one record: what, and the evidence for it.
struct Finding {
  std::string record;    ///< Record::id, or a path
  std::string reason;    ///< a short fixed word: "corrupt", "unreadable", …
  std::string evidence;  ///< a sentence
};

}  // namespace giemsa
