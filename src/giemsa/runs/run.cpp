#include "giemsa/runs/run.h"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"

namespace giemsa {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostBytes = 1 << 20;  // of a configuration or environment

Config read_config(const fs::path& file) {
  Config config;
  apply_toml(config, read_text(file, kMostBytes), file.filename().string());
  return config;
}

std::vector<std::pair<std::string, std::string>> read_environment(const fs::path& file) {
  std::vector<std::pair<std::string, std::string>> environment;
  if (!fs::exists(file)) return environment;
  const auto json = nlohmann::ordered_json::parse(read_text(file, kMostBytes), nullptr, false);
  require(json.is_object(), ErrorKind::Data, "[runs] environment.json is no JSON object");
  for (const auto& [key, value] : json.items())
    environment.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  return environment;
}

/// "config.toml, line 3: unknown key 'x' (did you mean 'y'?)": without who says so, and without the folder.
std::string reason_of(const Error& error, const fs::path& folder) {
  const std::string& message = error.message();
  std::string text = message.substr(message.starts_with('[') ? message.find("] ") + 2 : 0);
  const std::string inside = (folder / "").string();
  if (const std::size_t at = text.find(inside); at != std::string::npos) text.erase(at, inside.size());
  return printable(error.hint().empty() ? text : fmt::format("{} ({})", text, error.hint()), 500);
}

}  // namespace

std::string_view name_of(RunState state) {
  constexpr std::string_view kNames[] = {"finished", "stopped early", "unfinished", "broken"};
  return kNames[static_cast<std::size_t>(state)];
}

RunState TrainingRun::state() const {
  if (!problems.empty()) return RunState::Broken;
  RunState state = RunState::Finished;
  for (const StageProgress& stage : stages) {
    if (!stage.over) return RunState::Unfinished;
    if (stage.ended_early()) state = RunState::StoppedEarly;
  }
  return state;
}

const EpochRecord* TrainingRun::best() const {
  const EpochRecord* best = nullptr;
  for (const EpochRecord& record : epochs) {
    if (record.best) best = &record;
  }
  return best;
}

std::optional<std::int64_t> TrainingRun::planned_epochs() const {
  if (!config) return std::nullopt;
  std::int64_t count = 0;
  for (const StageOptions& stage : config->stages) count += stage.epochs;
  return count;
}

double TrainingRun::seconds() const {
  double seconds = 0;
  for (const EpochRecord& record : epochs) seconds += record.seconds;
  return seconds;
}

bool holds_run(const fs::path& folder) {
  std::error_code ignored;  // what cannot be looked at is no run
  const auto has = [&](const char* name) { return fs::is_regular_file(folder / name, ignored); };
  return has("metrics.jsonl") || (has("config.toml") && has("split.csv"));
}

TrainingRun open_run(const fs::path& folder) {
  require(holds_run(folder), ErrorKind::Usage,
          fmt::format("[runs] {} holds no run", printable(folder.string(), 300)),
          "name a folder that giemsa train made with --out, or look for them: giemsa runs list FOLDER");
  TrainingRun run{
      .folder = folder, .config = {}, .epochs = {}, .stages = {}, .environment = {}, .problems = {}};
  const auto attempt = [&](const std::function<void()>& read) {
    try {
      read();
      return true;
    } catch (const Error& error) {
      run.problems.push_back(reason_of(error, folder));
      return false;
    }
  };
  const bool planned = attempt([&] { run.config = read_config(folder / "config.toml"); });
  const bool recorded = attempt([&] {
    if (fs::exists(folder / "metrics.jsonl")) run.epochs = read_metrics(folder / "metrics.jsonl");
  });
  if (planned && recorded) attempt([&] { run.stages = follow_stages(*run.config, run.epochs); });
  attempt([&] { run.environment = read_environment(folder / "environment.json"); });
  return run;
}

}  // namespace giemsa
