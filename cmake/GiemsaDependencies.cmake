# Every library that giemsa is built on; HACKING.md says why each was chosen.

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto SSL)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(TIFF REQUIRED)
find_package(CURL REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)

# giemsa_find(ALIAS HEADER LIBRARY…): a library whose own CMake package asks for more than
# giemsa uses. (oneDNN's wants OpenCL, libzip's its command-line tools, OpenCV's all modules;
# of those, imgcodecs alone loads 140 libraries at start.)
function(giemsa_find alias header)
  find_path(GIEMSA_${alias}_INCLUDE ${header} PATH_SUFFIXES opencv4 REQUIRED)
  add_library(giemsa_dep_${alias} INTERFACE)
  add_library(giemsa::${alias} ALIAS giemsa_dep_${alias})
  target_include_directories(giemsa_dep_${alias} SYSTEM INTERFACE "${GIEMSA_${alias}_INCLUDE}")
  foreach(library IN LISTS ARGN)
    find_library(GIEMSA_LIB_${library} ${library} REQUIRED)
    target_link_libraries(giemsa_dep_${alias} INTERFACE "${GIEMSA_LIB_${library}}")
  endforeach()
endfunction()

giemsa_find(opencv opencv2/imgproc.hpp opencv_imgproc opencv_core)
giemsa_find(onednn dnnl.hpp dnnl)
giemsa_find(turbojpeg turbojpeg.h turbojpeg)
giemsa_find(libzip zip.h zip)
giemsa_find(xxhash xxhash.h xxhash)
giemsa_find(httplib httplib.h cpp-httplib)
# As the library was built: its classes have other members without.
target_compile_definitions(giemsa_dep_httplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT)

# LibTorch: Debian's, or any newer one by -DCMAKE_PREFIX_PATH.
if(GIEMSA_TRAIN)
  find_package(Torch REQUIRED)
  add_library(giemsa_torch INTERFACE)
  add_library(giemsa::torch ALIAS giemsa_torch)
  target_include_directories(giemsa_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(giemsa_torch INTERFACE ${TORCH_LIBRARIES} OpenMP::OpenMP_CXX)

  # Training by several processes: c10d's process groups, those that this LibTorch has; they become definitions of
  # train/peer_group.cpp. Gloo's asks for the headers of the Gloo that LibTorch was built with (Debian: libgloo-dev);
  # without it giemsa trains with one process.
  include(CheckCXXSourceCompiles)
  set(GIEMSA_PROCESS_GROUPS "")
  function(giemsa_find_process_group kind backend)
    set(CMAKE_REQUIRED_INCLUDES ${TORCH_INCLUDE_DIRS})
    set(CMAKE_REQUIRED_DEFINITIONS -DUSE_C10D_${kind})
    set(CMAKE_REQUIRED_LIBRARIES ${TORCH_LIBRARIES})
    check_cxx_source_compiles("
      #include <torch/csrc/distributed/c10d/ProcessGroup${backend}.hpp>
      int main() { return c10d::ProcessGroup${backend}::Options::create()->timeout.count() == 0; }"
      GIEMSA_HAS_${kind})
    if(GIEMSA_HAS_${kind})
      set(GIEMSA_PROCESS_GROUPS ${GIEMSA_PROCESS_GROUPS} GIEMSA_HAS_${kind} USE_C10D_${kind} PARENT_SCOPE)
    endif()
  endfunction()
  giemsa_find_process_group(GLOO Gloo)
  giemsa_find_process_group(NCCL NCCL)
endif()

if(GIEMSA_TESTS)
  find_package(GTest REQUIRED)
  # Readers that exported models are checked with.
  giemsa_find(opencv_dnn opencv2/dnn.hpp opencv_dnn opencv_core)
  giemsa_find(onnx_checker onnx/checker.h onnx onnx_proto protobuf)
  target_compile_definitions(giemsa_dep_onnx_checker INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
endif()
