#pragma once
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "giemsa/core/file.h"

namespace giemsa::testing {

/// What a model answered, by the name of the output.
struct OnnxAnswer {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};
using OnnxAnswers = std::map<std::string, OnnxAnswer>;

/// ONNX Runtime in one Node process for all models of a test program (peer/run_models.mjs).
class OnnxRuntime {
 public:
  /// Where test.sh installs it, or $GIEMSA_ONNX_PEER.
  static std::string folder() {
    const char* named = std::getenv("GIEMSA_ONNX_PEER");
    return named != nullptr ? named : GIEMSA_BIN_DIR "/../onnx_peer";
  }
  static bool is_there() {
    return std::filesystem::exists(folder() + "/node_modules/onnxruntime-node/package.json") &&
           std::system("node --version >/dev/null 2>&1") == 0;
  }
  static OnnxRuntime& get() {
    static OnnxRuntime runtime;
    return runtime;
  }

  /// values: of the one input, in the order of its shape. Throws std::runtime_error with what ONNX Runtime
  /// says.
  /// optimised: where to write the network that it makes of the file; "": nowhere.
  OnnxAnswers run(const std::filesystem::path& model, const std::string& input,
                  const std::vector<std::int64_t>& shape, std::span<const float> values,
                  const std::string& optimised = {}) {
    return ask(model, input, "float32", shape, std::as_bytes(values), optimised);
  }
  OnnxAnswers run(const std::filesystem::path& model, const std::string& input,
                  const std::vector<std::int64_t>& shape, std::span<const std::uint8_t> values) {
    return ask(model, input, "uint8", shape, std::as_bytes(values));
  }

 private:
  OnnxRuntime() {
    std::array<int, 2> down{}, up{};
    if (::pipe(down.data()) != 0 || ::pipe(up.data()) != 0) throw std::runtime_error("no pipe");
    const std::string script = GIEMSA_TEST_DATA "/../../onnx/peer/run_models.mjs", where = folder();
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(down[0], STDIN_FILENO);
      ::dup2(up[1], STDOUT_FILENO);
      for (const int end : {down[0], down[1], up[0], up[1]}) ::close(end);
      ::execlp("node", "node", script.c_str(), where.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_ = ::fdopen(down[1], "w");
    from_ = ::fdopen(up[0], "r");
  }
  ~OnnxRuntime() {
    std::fclose(to_);
    std::fclose(from_);
    ::waitpid(process_, nullptr, 0);
  }

  OnnxAnswers ask(const std::filesystem::path& model, const std::string& input, const char* type,
                  const std::vector<std::int64_t>& shape, std::span<const std::byte> values,
                  const std::string& optimised = {}) {
    const std::filesystem::path file = folder_.path() / "input";
    write_atomic(file, std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size()));
    const nlohmann::json question = {{"model", model}, {"input", input}, {"type", type},
                                     {"shape", shape}, {"file", file},   {"optimised", optimised}};
    std::fputs((question.dump() + "\n").c_str(), to_);
    std::fflush(to_);
    std::string line;
    for (int c = std::getc(from_); c != EOF && c != '\n'; c = std::getc(from_)) {
      line.push_back(static_cast<char>(c));
    }
    if (line.empty()) throw std::runtime_error("node ended");
    const auto answer = nlohmann::json::parse(line);
    if (answer.contains("error")) throw std::runtime_error(answer["error"].get<std::string>());
    OnnxAnswers answers;
    for (const auto& [name, output] : answer["outputs"].items()) {
      answers[name] = {output["shape"].get<std::vector<std::int64_t>>(),
                       output["values"].get<std::vector<float>>()};
    }
    return answers;
  }

  TemporaryFolder folder_;
  pid_t process_;
  std::FILE *to_, *from_;
};

}  // namespace giemsa::testing

/// ONNX Runtime comes from npm and may be absent.
#define GIEMSA_NEEDS_ONNX_RUNTIME()                                                        \
  if (!::giemsa::testing::OnnxRuntime::is_there()) {                                       \
    GTEST_SKIP() << "no onnxruntime-node in " << ::giemsa::testing::OnnxRuntime::folder(); \
  }
