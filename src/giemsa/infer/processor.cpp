#include "giemsa/infer/processor.h"

#include <dnnl.hpp>

#if defined(__x86_64__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace giemsa {
namespace {

#if defined(__x86_64__)
/// The values of cpu_isa are sets of bits.
bool allows(dnnl::cpu_isa isa) {
  return (static_cast<int>(dnnl::get_effective_cpu_isa()) & static_cast<int>(isa)) == static_cast<int>(isa);
}

bool ask_for_tiles() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#endif

}  // namespace

bool has_vnni() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx512vnni") && allows(dnnl::cpu_isa::avx512_core_vnni);
  return has;
#else
  return false;
#endif
}

bool adds_byte_products_in_32_bits() {
#if defined(__x86_64__)
  return has_vnni() || allows(dnnl::cpu_isa::avx2_vnni);
#else
  return false;
#endif
}

bool has_amx() {
#if defined(__x86_64__)
  static const bool has = allows(dnnl::cpu_isa::avx512_core_amx) && ask_for_tiles();
  return has;
#else
  return false;
#endif
}

}  // namespace giemsa
