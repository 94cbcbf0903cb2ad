# How a folder becomes a target: giemsa_library, giemsa_program, giemsa_test.

include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

# Functions rather than CMAKE_CXX_FLAGS, so that imported targets keep their own flags.
add_library(giemsa_flags INTERFACE)
target_include_directories(giemsa_flags INTERFACE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(giemsa_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(GIEMSA_SANITIZE)
  target_compile_options(giemsa_flags INTERFACE -fsanitize=${GIEMSA_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(giemsa_flags INTERFACE -fsanitize=${GIEMSA_SANITIZE})
endif()
if(GIEMSA_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "GIEMSA_FUZZ needs clang: -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++")
  endif()
  target_compile_options(giemsa_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                         -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(giemsa_flags INTERFACE -fsanitize=address,undefined)
endif()

# giemsa_library(NAME PUBLIC … PRIVATE …): all sources of src/giemsa/NAME as giemsa::NAME.
function(giemsa_library name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/giemsa/${name}/*.cpp")
  add_library(giemsa_${name} STATIC ${sources})
  add_library(giemsa::${name} ALIAS giemsa_${name})
  target_link_libraries(giemsa_${name} PUBLIC giemsa_flags ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# giemsa_program(NAME LINK …): all sources of apps/NAME as the program NAME.
function(giemsa_program name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/apps/${name}/*.cpp")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# giemsa_test(NAME SHARDS n LINK …): all *_test.cpp of tests/NAME as one GoogleTest program, which ctest runs as
# n processes (1 unless told), each with its share of the tests. Not one process per test: loading LibTorch
# alone takes a second.
function(giemsa_test name)
  cmake_parse_arguments(ARG "" "SHARDS" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${name}/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE ${ARG_LINK} GTest::gtest_main GTest::gmock)
  target_include_directories(${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  # -O3 would be most of their compiling; at -O1 GCC 12 warns of strings that are moved.
  target_compile_options(${name}_test PRIVATE "$<$<CONFIG:Release>:-O1;-Wno-array-bounds;-Wno-stringop-overflow>")
  list(LENGTH sources count)
  if(count GREATER 4)  # compiled once, it takes a quarter off each
    target_precompile_headers(${name}_test PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
  target_compile_definitions(${name}_test PRIVATE
    GIEMSA_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/golden/data"
    GIEMSA_SHARED_DEFAULT="${PROJECT_SOURCE_DIR}/../shared"
    GIEMSA_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(NOT ARG_SHARDS)
    set(ARG_SHARDS 1)
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    set(test_name ${name}.${shard})
    add_test(NAME ${test_name} COMMAND ${name}_test)
    math(EXPR index "${shard} - 1")
    set_tests_properties(${test_name} PROPERTIES TIMEOUT 900 COST ${ARG_SHARDS}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
  endforeach()
endfunction()
