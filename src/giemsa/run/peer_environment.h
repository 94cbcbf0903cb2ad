#pragma once
#include <functional>
#include <string>

namespace giemsa {

/// Which of the processes of a data-parallel training this one is, and where they meet.
struct PeerEnvironment {
  int rank = 0;                       ///< [0, count); rank 0 writes the run folder
  int count = 1;                      ///< processes in all; 1: this one alone
  int local_rank = 0;                 ///< among those of this machine; chooses the GPU
  std::string address = "127.0.0.1";  ///< where rank 0 listens
  int port = 29500;
  std::string starter =
      {};  ///< whose variables told so: "torchrun", "Open MPI", "Slurm", "PMI"; empty: nobody's
  std::string interface =
      {};  ///< network interface to exchange gradients on; empty: the one towards `address`
  bool agent_listens = false;  ///< torchrun itself listens at `address`, and rank 0 is a client too
  std::string attempt = "0";   ///< torchrun's count of restarts; keeps the attempts apart
};

/// Looks up an environment variable: std::getenv, or a table in tests.
using GetEnvironment = std::function<const char*(const char* name)>;

/// Reads the variables that torchrun (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT), Open MPI
/// (OMPI_COMM_WORLD_…), Slurm (SLURM_PROCID, …) and MPICH or Intel MPI (PMI_RANK, PMI_SIZE) set, the first of
/// these that is there. MASTER_ADDR and MASTER_PORT count with each of them; without, Slurm's first node is
/// taken. GLOO_SOCKET_IFNAME names the interface. None set, or a count of 1: one process alone. Throws Usage
/// for variables that are incomplete, no numbers or contradict each other, saying what to set.
PeerEnvironment peer_environment(const GetEnvironment& getenv);

/// The first host of a list as Slurm writes it: "n[007-012,20],m1" → "n007". Throws Usage where it is none.
std::string first_host(const std::string& list);

}  // namespace giemsa
