#include "giemsa/run/model_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>  // renameat2
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tuple>

#include "giemsa/core/error.h"
#include "giemsa/core/file.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/safetensors.h"
#include "giemsa/models/registry.h"
#include "giemsa/run/model_card.h"
#include "giemsa/run/model_json.h"

namespace giemsa {

namespace fs = std::filesystem;
namespace {

/// Removes a folder at the end of its life: the new model where it could not be finished, the old one once
/// replaced.
struct FolderRemover {
  fs::path folder;
  ~FolderRemover() {
    std::error_code ignored;  // a destructor has nobody to tell
    fs::remove_all(folder, ignored);
  }
};

/// Puts `fresh` where `folder` is, in one step where the file system can; `fresh` then holds what was there.
void swap_in(const fs::path& fresh, const fs::path& folder) {
  if (!fs::exists(folder)) {
    fs::rename(fresh, folder);
    return;
  }
  if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) != 0) {
    require(errno == EINVAL || errno == ENOSYS, ErrorKind::Io,
            fmt::format("[model] cannot replace {}: {}", folder.string(), std::strerror(errno)));
    // A file system without exchange: the old model steps aside for a moment.
    const fs::path aside = folder.string() + ".old";
    fs::remove_all(aside);
    fs::rename(folder, aside);
    fs::rename(fresh, folder);
    fs::remove_all(aside);
  }
}

/// What is wrong with a part of a model is a fault of the files here, not of the command line: its message
/// gets the folder in front.
template <class Read>
auto fault_of(const fs::path& folder, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Io) throw;
    throw Error(ErrorKind::Model, fmt::format("[model] {}: {}", folder.string(), error.message()),
                error.hint());
  }
}

void read_network(const fs::path& folder, ModelParts parts, Model& model) {
  const fs::path weights = folder / "weights.safetensors";
  require(fs::exists(weights), ErrorKind::Model,
          fmt::format("[model] {}: weights.safetensors is missing", folder.string()));
  model.weights = read_safetensors(weights).tensors;
  const Graph graph = fault_of(folder, [&] { return model.graph(); });
  check_complete(graph, model.weights, weights.string());
  if (parts == ModelParts::Answering) return;
  model.memory = fault_of(folder, [&] { return read_memory(folder, graph, model.classes.size()); });
}

fs::path member_folder(const fs::path& folder, std::size_t index) {
  return folder / "members" / std::to_string(index + 1);
}

Model read_folder(const fs::path& folder, ModelParts parts, bool is_member = false) {
  Model model =
      fault_of(folder, [&] { return parse_model_json(read_text(folder / "model.json", 16 << 20)); });
  if (model.is_ensemble()) {
    require(!is_member, ErrorKind::Model,
            fmt::format("[model] {} is an ensemble and a member of one", folder.string()));
    for (std::size_t i = 0; i < model.members.size(); ++i) {
      model.members[i] = read_folder(member_folder(folder, i), parts, true);
      require(
          model.members[i].classes == model.classes, ErrorKind::Model,
          fmt::format("[model] {} has other classes than its ensemble", member_folder(folder, i).string()));
    }
  } else {
    read_network(folder, parts, model);
  }
  model.trust = fault_of(folder, [&] { return read_trust(folder, model.classes.size()); });
  return model;
}

/// What tells one folder at a path from the next: replacing it gives another.
struct FolderIdentity {
  explicit FolderIdentity(const fs::path& folder) { exists = ::stat(folder.c_str(), &status) == 0; }
  bool operator==(const FolderIdentity& other) const {
    const auto key = [](const struct stat& s) {
      return std::tuple(s.st_dev, s.st_ino, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
    };
    return exists == other.exists && key(status) == key(other.status);
  }
  bool exists;
  struct stat status {};
};

/// Reads the folder again where write_model replaced it between its files.
Model read_unmixed(const fs::path& folder, ModelParts parts) {
  for (;;) {
    const FolderIdentity before(folder);
    try {
      Model model = read_folder(folder, parts);
      if (FolderIdentity(folder) == before) return model;
    } catch (const Error&) {
      if (FolderIdentity(folder) == before) throw;
    }
  }
}

/// The parts of a model, into a folder that is empty.
void write_parts(const fs::path& folder, const Model& model) {
  for (std::size_t i = 0; i < model.members.size(); ++i) {
    prepare_output_folder(member_folder(folder, i));
    write_parts(member_folder(folder, i), model.members[i]);
  }
  if (!model.is_ensemble())
    write_safetensors(folder / "weights.safetensors", model.weights, {{"network", model.network}});
  if (!model.trust.empty()) write_trust(folder, model.trust);
  if (!model.memory.empty()) write_memory(folder, model.memory);
  write_atomic(folder / "model.json", model_json(model));
  write_atomic(folder / "card.md", model_card(model));
}

}  // namespace

Graph Model::graph() const {
  require(!is_ensemble(), ErrorKind::Usage,
          fmt::format("[model] an ensemble of {} networks has no graph of its own", members.size()),
          "name one of them: FOLDER/members/1");
  require(preprocess.input_px == options.input_px, ErrorKind::Internal,
          fmt::format("[model] pictures are made {} px wide for a network of {} px", preprocess.input_px,
                      options.input_px));
  return build_model(network, options);
}

std::string Model::title() const {
  return is_ensemble() ? fmt::format("ensemble of {} networks", members.size()) : network;
}

void write_model(const fs::path& path, const Model& model) {
  for (const std::string& name : model.classes) {
    require(is_utf8(name), ErrorKind::Data, fmt::format("[model] class name '{}' is not UTF-8", name),
            "rename the class");
  }
  const fs::path folder = path.has_filename() ? path : path.parent_path();  // "name.giemsa/" has none
  const fs::path fresh = folder.string() + ".new";
  const FolderRemover remover{fresh};
  try {
    fs::remove_all(fresh);
    prepare_output_folder(fresh);
    write_parts(fresh, model);
    swap_in(fresh, folder);
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::Io,
                fmt::format("[model] cannot write {}: {}", folder.string(), error.code().message()));
  }
}

fs::path model_folder(const fs::path& path) {
  for (const fs::path& folder : {path, path / "model.giemsa"}) {
    if (fs::exists(folder / "model.json")) return folder;
  }
  throw Error(ErrorKind::Io, fmt::format("[model] there is no model at {}", path.string()),
              "a folder that holds model.json, or a run folder of `giemsa train`");
}

Model read_model(const fs::path& path, ModelParts parts) { return read_unmixed(model_folder(path), parts); }

}  // namespace giemsa
