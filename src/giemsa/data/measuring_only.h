#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "giemsa/core/options.h"
#include "giemsa/data/source.h"

namespace giemsa {

/// The file that lies beside pictures which measure a model, and which no model may be trained on.
inline constexpr const char* kMeasuringCardName = "corruption.toml";

/// What such a file says: how the pictures were made.
struct MeasuringCard {
  std::string corruption;         ///< its name
  std::int64_t severity = 0;      ///< from 1; 0: it has none
  std::vector<double> magnitude;  ///< how strong; what the numbers are stands in `meaning`
  std::string meaning;
  std::int64_t seed = 1;
  std::string source;  ///< the data set that the pictures are copies of, UTF-8
};

void describe(OptionVisitor& visit, MeasuringCard& card);

/// The card as TOML, with a head that says what it is for.
std::string measuring_card_text(MeasuringCard card);

/// Whether `data`, a folder or a file, was made by `giemsa corrupt`: a card lies in it (or beside it), or in
/// any folder above. Links are followed. False where `data` is absent or cannot be looked into.
bool made_by_corrupt(const std::filesystem::path& data);

/// Whether any picture of `source` was, wherever its list of pictures lies. Arrays do not tell.
bool made_by_corrupt(const Source& source);

}  // namespace giemsa
