#include "giemsa/run/peer_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "giemsa/core/error.h"

namespace giemsa {
namespace {

using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

PeerEnvironment read(const Variables& variables) {
  return peer_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(PeerEnvironment, WithoutVariablesThereIsOneProcess) {
  const Variables cases[] = {
      {},
      {{"MASTER_ADDR", "10.0.0.1"}, {"MASTER_PORT", "1"}},
      {{"RANK", ""}, {"WORLD_SIZE", ""}},
      {{"SLURM_NTASKS", "8"}, {"SLURM_PROCID", "0"}, {"SLURM_JOB_NODELIST", "n1"}},  // no srun
      {{"RANK", "0"}, {"WORLD_SIZE", "1"}}};
  for (const Variables& variables : cases) {
    const PeerEnvironment one = read(variables);
    EXPECT_EQ(one.rank, 0);
    EXPECT_EQ(one.count, 1);
  }
}

TEST(PeerEnvironment, ReadsTheVariablesOfEachStarter) {
  struct Case {
    Variables variables;
    PeerEnvironment expected;
  };
  const Case cases[] = {
      {{{"RANK", "3"},
        {"WORLD_SIZE", "4"},
        {"LOCAL_RANK", "1"},
        {"MASTER_ADDR", "node7"},
        {"MASTER_PORT", "1234"}},
       {.rank = 3, .count = 4, .local_rank = 1, .address = "node7", .port = 1234, .starter = "torchrun"}},
      {{{"RANK", "1"},
        {"WORLD_SIZE", "2"},
        {"MASTER_ADDR", "::1"},
        {"GLOO_SOCKET_IFNAME", "ib0"},
        {"TORCHELASTIC_USE_AGENT_STORE", "True"},
        {"TORCHELASTIC_RESTART_COUNT", "2"}},
       {.rank = 1,
        .count = 2,
        .address = "::1",
        .starter = "torchrun",
        .interface = "ib0",
        .agent_listens = true,
        .attempt = "2"}},
      {{{"OMPI_COMM_WORLD_RANK", "0"},
        {"OMPI_COMM_WORLD_SIZE", "2"},
        {"OMPI_COMM_WORLD_LOCAL_RANK", "0"},
        {"MASTER_ADDR", "127.0.0.1"}},
       {.rank = 0, .count = 2, .starter = "Open MPI"}},
      {{{"SLURM_STEP_ID", "0"},
        {"SLURM_PROCID", "5"},
        {"SLURM_NTASKS", "8"},
        {"SLURM_LOCALID", "1"},
        {"SLURM_STEP_NODELIST", "gpu[03-04,09]"},
        {"SLURM_JOB_NODELIST", "gpu[01-09]"},
        {"SLURM_LAUNCH_NODE_IPADDR", "10.1.1.1"}},
       {.rank = 5, .count = 8, .local_rank = 1, .address = "gpu03", .starter = "Slurm"}},
      {{{"SLURM_STEP_ID", "0"},
        {"SLURM_PROCID", "1"},
        {"SLURM_NTASKS", "2"},
        {"SLURM_LAUNCH_NODE_IPADDR", "10.1.1.1"}},
       {.rank = 1, .count = 2, .address = "10.1.1.1", .starter = "Slurm"}},
      {{{"SLURM_STEP_ID", "0"},
        {"SLURM_PROCID", "1"},
        {"SLURM_NTASKS", "2"},
        {"SLURM_JOB_NODELIST", "n1"},
        {"MASTER_ADDR", "n1-ib"}},
       {.rank = 1, .count = 2, .address = "n1-ib", .starter = "Slurm"}},
      {{{"PMI_RANK", "1"}, {"PMI_SIZE", "3"}, {"MPI_LOCALRANKID", "1"}, {"MASTER_ADDR", "a"}},
       {.rank = 1, .count = 3, .local_rank = 1, .address = "a", .starter = "PMI"}},
      // torchrun below srun: its ranks count.
      {{{"RANK", "2"},
        {"WORLD_SIZE", "4"},
        {"MASTER_ADDR", "a"},
        {"SLURM_STEP_ID", "0"},
        {"SLURM_PROCID", "1"},
        {"SLURM_NTASKS", "2"},
        {"SLURM_JOB_NODELIST", "b"}},
       {.rank = 2, .count = 4, .address = "a", .starter = "torchrun"}},
  };
  for (const Case& c : cases) {
    const PeerEnvironment got = read(c.variables);
    EXPECT_EQ(std::tie(got.rank, got.count, got.local_rank, got.address, got.port, got.starter, got.interface,
                       got.agent_listens, got.attempt),
              std::tie(c.expected.rank, c.expected.count, c.expected.local_rank, c.expected.address,
                       c.expected.port, c.expected.starter, c.expected.interface, c.expected.agent_listens,
                       c.expected.attempt))
        << c.expected.starter;
  }
}

TEST(PeerEnvironment, SaysWhatIsWrongAndWhatToSet) {
  struct Case {
    Variables variables;
    const char *message, *hint;
  };
  const Case cases[] = {
      {{{"RANK", "0"}}, "RANK is set, WORLD_SIZE is not", "set WORLD_SIZE for the number of processes"},
      {{{"WORLD_SIZE", "2"}}, "WORLD_SIZE is set, RANK is not", "set RANK for the number of this process"},
      {{{"RANK", "2"}, {"WORLD_SIZE", "2"}}, "RANK=2 and WORLD_SIZE=2: ranks go from 0 to 1", "less than"},
      {{{"RANK", "-1"}, {"WORLD_SIZE", "2"}}, "RANK='-1' is not a whole number from 0", "unset it"},
      {{{"RANK", "1x"}, {"WORLD_SIZE", "2"}}, "RANK='1x' is not", "set RANK"},
      {{{"RANK", "0"}, {"WORLD_SIZE", "0"}}, "WORLD_SIZE='0' is not a whole number from 1", "set WORLD_SIZE"},
      {{{"RANK", "0"}, {"WORLD_SIZE", "99999999999"}}, "WORLD_SIZE='99999999999' is not", "to 65536"},
      {{{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"LOCAL_RANK", "2"}}, "LOCAL_RANK='2' is not", "set LOCAL_RANK"},
      {{{"RANK", "0"}, {"WORLD_SIZE", "2"}}, "MASTER_ADDR does not say where they meet", "set MASTER_ADDR"},
      {{{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "70000"}},
       "MASTER_PORT='70000' is not a whole number from 1 to 65535",
       "set MASTER_PORT"},
      {{{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "2"}},
       "Open MPI starts 2",
       "set MASTER_ADDR"},
      {{{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "0"}},
       "SLURM_PROCID is set, SLURM_NTASKS is not",
       "set SLURM_NTASKS"},
      {{{"SLURM_STEP_ID", "0"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "2"}, {"SLURM_JOB_NODELIST", "n["}},
       "'n[' is not a list of hosts",
       "set MASTER_ADDR"},
  };
  for (const Case& c : cases) {
    try {
      read(c.variables);
      FAIL() << "no error: " << c.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_THAT(error.message(), HasSubstr(c.message));
      EXPECT_THAT(error.what(), HasSubstr(c.hint));
    }
  }
}

TEST(FirstHost, IsTheFirstOfSlurmsList) {
  const std::pair<const char*, const char*> cases[] = {
      {"n1", "n1"},           {"n1,n2", "n1"},          {"n[007-012,20],m1", "n007"}, {"n[3,5-6]", "n3"},
      {"n[1-2]-ib", "n1-ib"}, {"n[1-2]-ib,m", "n1-ib"}, {"a.b.c,n[1-2]", "a.b.c"},
  };
  for (const auto& [list, host] : cases) EXPECT_EQ(first_host(list), host) << list;
  for (const char* list : {"", "n[", "[", ",n1", "n]", "n[1]x[2"}) {
    EXPECT_THROW(first_host(list), Error) << list;
  }
}

}  // namespace
}  // namespace giemsa
