#include "giemsa/run/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "giemsa/core/parallel.h"
#include "giemsa/core/version.h"

namespace giemsa {

namespace {

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string kernel_name() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "unknown";
}

}  // namespace

std::string environment_json(const std::vector<std::pair<std::string, std::string>>& more) {
  nlohmann::ordered_json json = {
      {"giemsa", version()},
      {"compiler", __VERSION__},
      {"processor", processor_name()},
      {"processors", processor_count()},
      {"system", kernel_name()},
      {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
  };
  for (const auto& [key, value] : more) json[key] = value;
  return json.dump(2) + "\n";
}

}  // namespace giemsa
