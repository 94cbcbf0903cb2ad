#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "giemsa/run/config.h"

namespace giemsa {

/// One searched option and the values that it may take.
struct SpaceEntry {
  enum class Kind { Uniform, Log, Integer, Choice };
  std::string key;                   ///< as it is written: "stages.*.lr"
  std::vector<std::string> options;  ///< those that get the value: "stages.0.lr", "stages.1.lr"
  Kind kind = Kind::Uniform;
  double low = 0, high = 0;               ///< both ends belong to the range
  std::int64_t step = 1;                  ///< of Integer, counted from `low`
  std::vector<std::string> choices = {};  ///< of Choice
  std::string own = {};                   ///< the recipe's value; those of several options with " / " between
};
/// Sorted by key.
using Space = std::vector<SpaceEntry>;

/// Reads the table [space] of a TOML text, whose keys are options of `recipe` ("*" stands for every item of a
/// list), each with one of
///     {uniform = [low, high]}   {log = [low, high]}   {integer = [low, high], step = 1}   {choice = [a, b,
///     …]}
/// Throws Usage, with `name` and the line: for unknown keys (with the nearest), values that an option cannot
/// take, an option that is named twice, and those that must be the same in all trials.
Space parse_space(std::string_view toml, const std::string& name, const Config& recipe);

/// The values of trial `trial`, one an entry: those of the recipe for trial 0, otherwise drawn from streams
/// keyed by (seed, trial, key), so that neither other trials nor other entries matter. Numbers from `uniform`
/// and `log` are rounded to four digits.
std::vector<std::string> sample(const Space& space, std::uint64_t seed, std::uint64_t trial);

/// The values as key=value for every option; none for trial 0, which keeps the recipe.
std::vector<std::string> settings_of(const Space& space, std::uint64_t trial,
                                     const std::vector<std::string>& values);

}  // namespace giemsa
