#include "giemsa/run/peer_environment.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "giemsa/core/error.h"

namespace giemsa {

namespace {

/// The names under which a starter tells the same three numbers.
struct Starter {
  const char *name, *rank, *count, *local_rank;
};

// torchrun first: started below srun or mpirun, it is the one whose ranks count.
constexpr Starter kStarters[] = {
    {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK"},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"},
    {"PMI", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},
};

constexpr int kMaxCount = 1 << 16;

class Reader {
 public:
  explicit Reader(const GetEnvironment& getenv) : getenv_(getenv) {}

  /// Nothing where the variable is not set or empty.
  std::optional<std::string> text(const char* name) const {
    const char* value = getenv_(name);
    if (!value || !*value) return std::nullopt;
    return value;
  }
  std::optional<int> number(const char* name, int min, int max) const {
    const std::optional<std::string> value = text(name);
    if (!value) return std::nullopt;
    int number = 0;
    const char* end = value->data() + value->size();
    const auto [stop, failure] = std::from_chars(value->data(), end, number);
    require(failure == std::errc() && stop == end && number >= min && number <= max, ErrorKind::Usage,
            fmt::format("[peers] {}='{}' is not a whole number from {} to {}", name, *value, min, max),
            fmt::format("set {} to such a number, or unset it", name));
    return number;
  }

 private:
  const GetEnvironment& getenv_;
};

/// The one starter whose variables are there; both or neither of rank and count must be.
std::optional<Starter> find_starter(const Reader& read) {
  for (const Starter& starter : kStarters) {
    const bool rank = read.text(starter.rank).has_value(), count = read.text(starter.count).has_value();
    if (!rank && !count) continue;
    // Slurm tells a job's own script of its tasks too; only what srun starts is one of them.
    if (std::string_view(starter.name) == "Slurm" && !read.text("SLURM_STEP_ID")) continue;
    require(rank && count, ErrorKind::Usage,
            fmt::format("[peers] {} is set, {} is not", rank ? starter.rank : starter.count,
                        rank ? starter.count : starter.rank),
            fmt::format("set {} for {}, or unset both to train with one process",
                        rank ? starter.count : starter.rank,
                        rank ? "the number of processes" : "the number of this process, from 0"));
    return starter;
  }
  return std::nullopt;
}

}  // namespace

PeerEnvironment peer_environment(const GetEnvironment& getenv) {
  const Reader read(getenv);
  PeerEnvironment environment;
  const std::optional<Starter> starter = find_starter(read);
  if (!starter) return environment;
  environment.starter = starter->name;
  environment.count = *read.number(starter->count, 1, kMaxCount);
  environment.rank = *read.number(starter->rank, 0, kMaxCount);
  require(environment.rank < environment.count, ErrorKind::Usage,
          fmt::format("[peers] {}={} and {}={}: ranks go from 0 to {}", starter->rank, environment.rank,
                      starter->count, environment.count, environment.count - 1),
          fmt::format("set {} to less than {}", starter->rank, starter->count));
  environment.local_rank = read.number(starter->local_rank, 0, environment.count - 1).value_or(0);
  if (environment.count == 1) return environment;

  const auto of_slurm = [&](const char* name) {
    return environment.starter == "Slurm" ? read.text(name) : std::nullopt;
  };
  if (const auto address = read.text("MASTER_ADDR")) {
    environment.address = *address;
  } else if (const auto nodes = of_slurm("SLURM_STEP_NODELIST")) {
    environment.address = first_host(*nodes);
  } else if (const auto nodes_of_job = of_slurm("SLURM_JOB_NODELIST")) {
    environment.address = first_host(*nodes_of_job);
  } else if (const auto launcher = of_slurm("SLURM_LAUNCH_NODE_IPADDR")) {
    environment.address = *launcher;
  } else {
    throw Error(ErrorKind::Usage,
                fmt::format("[peers] {} starts {} processes, and MASTER_ADDR does not say where they meet",
                            environment.starter, environment.count),
                "set MASTER_ADDR to the address of rank 0's machine (127.0.0.1 for one machine)");
  }
  environment.port = read.number("MASTER_PORT", 1, 65535).value_or(environment.port);
  environment.interface = read.text("GLOO_SOCKET_IFNAME").value_or("");
  environment.agent_listens = read.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
  environment.attempt = read.text("TORCHELASTIC_RESTART_COUNT").value_or("0");
  return environment;
}

std::string first_host(const std::string& list) {
  const std::size_t open = list.find('['), end = list.find(',');
  std::string host = list.substr(0, std::min(open, end));
  std::string_view rest;
  if (open < end) {  // "n[007-012,20]-ib,…": the prefix, the first number as it is written, what follows
    const std::size_t close = list.find(']', open);
    if (close != std::string::npos) {
      const std::string numbers = list.substr(open + 1, close - open - 1);
      host += numbers.substr(0, numbers.find_first_of(",-"));
      rest = std::string_view(list).substr(close + 1);
      host += rest.substr(0, rest.find(','));
    }
  }
  const bool good = !host.empty() && host.find_first_of("[] \t") == std::string::npos &&
                    (open >= end || list.find(']', open) != std::string::npos);
  require(good, ErrorKind::Usage, fmt::format("[peers] '{}' is not a list of hosts", list),
          "set MASTER_ADDR to the address of rank 0's machine");
  return host;
}

}  // namespace giemsa
