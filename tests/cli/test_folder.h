#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/run_program.h"
#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/model_file.h"
#include "giemsa/synth/cell_painter.h"
#include "giemsa/synth/synthesise.h"
#include "giemsa/weights/state_dict.h"

namespace giemsa::testing {

/// A folder of its own in which a test runs the programs, with what they need beside them; paths are relative
/// to it.
class TestFolder {
 public:
  std::filesystem::path path(const std::filesystem::path& relative) const {
    return folder_.path() / relative;
  }

  Ran giemsa(const std::vector<std::string>& arguments, ProgramOptions options = {}) const {
    return start(arguments, std::move(options))->wait();
  }
  std::unique_ptr<Program> start(const std::vector<std::string>& arguments,
                                 ProgramOptions options = {}) const {
    options.folder = folder_.path();
    return std::make_unique<Program>(testing::giemsa(), arguments, options);
  }

  /// Drawn cells of eight classes: cells/basophil/basophil_00001.png …
  void make_cells(const std::string& relative, std::int64_t per_class) const {
    synthesise(path(relative), {.per_class = per_class, .size_px = 32, .seed = 5}, {});
  }

  /// A model folder whose weights are fresh ones: its answers are arbitrary, but always the same.
  void make_model(const std::string& relative) const {
    Model model;
    model.network = "baseline_cnn";
    model.options = {.classes = kCellClassCount, .input_px = 16};
    model.preprocess.input_px = 16;
    model.classes.assign(kCellClassNames.begin(), kCellClassNames.end());
    model.weights = initialise(model.graph(), 1);
    write_model(path(relative), model);
  }

  void write(const std::string& relative, std::string_view text) const {
    std::filesystem::create_directories(path(relative).parent_path());
    write_atomic(path(relative), text);
  }
  std::string read(const std::string& relative) const { return read_text(path(relative)); }
  bool has(const std::string& relative) const { return std::filesystem::exists(path(relative)); }

  /// Cuts a file off in the middle.
  void cut(const std::string& relative) const {
    std::filesystem::resize_file(path(relative), std::filesystem::file_size(path(relative)) / 2);
  }

  /// Every file below, sorted, relative to there.
  std::vector<std::string> files(const std::string& relative) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(relative))) {
      if (!entry.is_directory()) names.push_back(entry.path().lexically_relative(path(relative)).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  TemporaryFolder folder_;
};

inline void expect_success(const Ran& ran) {
  EXPECT_EQ(ran.exit_code, 0) << "signal " << ran.signal << "\n" << ran.err;
}

/// A call that must fail: its exit code, and what the message must say.
struct BadCall {
  std::vector<std::string> arguments;
  std::vector<std::string> says;
};

inline void expect_failure(const Ran& ran, ErrorKind kind, const std::vector<std::string>& says) {
  EXPECT_EQ(ran.exit_code, exit_code(kind)) << "signal " << ran.signal << "\n" << ran.err;
  EXPECT_THAT(ran.err, ::testing::HasSubstr("error: "));
  for (const std::string& words : says) EXPECT_THAT(ran.err, ::testing::HasSubstr(words));
}

inline void expect_failures(const TestFolder& folder, ErrorKind kind, const std::vector<BadCall>& calls) {
  for (const BadCall& call : calls) {
    SCOPED_TRACE(::testing::PrintToString(call.arguments));
    expect_failure(folder.giemsa(call.arguments), kind, call.says);
  }
}

}  // namespace giemsa::testing
