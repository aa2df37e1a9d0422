#include "dispatch.hpp"

namespace vle::emulator {

std::vector<const Kernels*> available_kernels() {
  std::vector<const Kernels*> kernels{&kPortableKernels};
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (has_avx2) kernels.push_back(&kAvx2Kernels);
  if (has_avx2 && __builtin_cpu_supports("avx512f") != 0) kernels.push_back(&kAvx512Kernels);
#endif
  return kernels;
}

const Kernels& best_kernels() {
  static const Kernels& best = *available_kernels().back();
  return best;
}

}  // namespace vle::emulator
